internal import ColumnFile
public import Rules

extension CatalogSnapshot: RuleColumns {
    /// Number of tracks.
    public var rowCount: Int { count }

    /// The rows whose number is known and passes `test`.
    public func rows(where field: NumberField, _ test: (Float) -> Bool) -> RowSet {
        column(field).withSpan { values in
            RowSet(rowCount: count) { !values[$0].isNaN && test(values[$0]) }
        }
    }

    /// The rows of which a text, folded, is one of `texts`.
    public func rows(where field: TextField, isOneOf texts: [String]) -> RowSet {
        let wanted = texts.map { Array($0.utf8) }
        return rows(where: field) { column, entry in
            wanted.contains { column.row(entry, equals: $0.span) }
        }
    }

    /// The rows that have a text of this field.
    public func rows(having field: TextField) -> RowSet {
        rows(where: field) { column, entry in column.withRow(entry) { !$0.isEmpty } }
    }

    /// The rows that are known to be explicit, or known not to be.
    public func rows(explicit: Bool) -> RowSet {
        let wanted: UInt8 = explicit ? 1 : 0
        return explicits.withSpan { flags in RowSet(rowCount: count) { flags[$0] == wanted } }
    }

    /// The rows of which a text passes `test`; artists and genres are tested once each, not once for each track.
    private func rows(where field: TextField, _ test: (ListColumn<UInt8>, Int) -> Bool) -> RowSet {
        guard let texts = folded[field] else { return RowSet(rowCount: count) }
        switch field {
        case .name, .album: return RowSet(rowCount: count) { test(texts, $0) }
        case .artist, .genre:
            let passing = RowSet(rowCount: texts.count) { test(texts, $0) }
            return RowSet(rowCount: count) { entries(of: field, $0).contains { passing.contains(Int($0)) } }
        }
    }

    private func entries(of field: TextField, _ row: Int) -> [UInt32] {
        field == .artist ? artistRows(row) : genres[row]
    }
}

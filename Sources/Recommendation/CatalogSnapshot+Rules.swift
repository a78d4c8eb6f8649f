public import Catalog
internal import ColumnFile
public import Rules

extension CatalogSnapshot: RuleColumns {
    /// Number of tracks.
    public var rowCount: Int { count }

    /// The rows whose number is known and lies in one of the ranges.
    public func rows(where field: NumberField, in ranges: [NumberRange]) -> RowSet {
        column(field).withSpan { values in
            guard ranges.count == 1, let range = ranges.first else {
                return RowSet(rowCount: count) { row in ranges.contains { $0.contains(Double(values[row])) } }
            }
            return RowSet(rowCount: count) { range.contains(Double(values[$0])) }
        }
    }

    /// The rows whose number is known.
    public func rows(having field: NumberField) -> RowSet {
        column(field).withSpan { values in RowSet(rowCount: count) { !values[$0].isNaN } }
    }

    /// The rows of which a text, folded, fits.
    public func rows(where field: TextField, _ match: TextMatch) -> RowSet {
        let needles = match.texts.map { Array($0.utf8) }
        let place = match.place
        return rows(where: field) { column, entry in
            column.withRow(entry) { text in needles.contains { text.fits($0.span, at: place) } }
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

    /// The rows of these tracks, which come in ascending order; those that are not here are left out.
    public func rows(of tracks: [TrackID]) -> RowSet {
        var rows = RowSet(rowCount: count)
        for track in tracks { if let row = row(of: track) { rows.insert(row) } }
        return rows
    }

    /// The rows of which a text passes `test`; artists and genres are tested once each, not once for each track.
    private func rows(where field: TextField, _ test: (ListColumn<UInt8>, Int) -> Bool) -> RowSet {
        guard let texts = folded[field] else { return RowSet(rowCount: count) }
        switch field {
        case .name, .album: return RowSet(rowCount: count) { test(texts, $0) }
        case .artist, .genre:
            let passing = RowSet(rowCount: texts.count) { test(texts, $0) }
            guard !passing.isEmpty else { return RowSet(rowCount: count) }
            let lists = field == .artist ? artists : genres
            return RowSet(rowCount: count) { row in
                lists.withRow(row) { entries in
                    entries.indices.contains { passing.contains(Int(entries[$0])) }
                }
            }
        }
    }
}

extension Span<UInt8> {
    /// Whether another text stands at a place of this one, byte by byte.
    fileprivate func fits(_ other: borrowing Span<UInt8>, at place: TextMatch.Place) -> Bool {
        switch place {
        case .whole: count == other.count && has(other, from: 0)
        case .start: has(other, from: 0)
        case .end: has(other, from: count - other.count)
        case .inside: hasSomewhere(other)
        }
    }

    private func has(_ other: borrowing Span<UInt8>, from start: Int) -> Bool {
        guard start >= 0, start + other.count <= count else { return false }
        for index in other.indices where self[start + index] != other[index] { return false }
        return true
    }

    private func hasSomewhere(_ other: borrowing Span<UInt8>) -> Bool {
        guard other.count <= count else { return false }
        let first = other[0]
        for start in 0...(count - other.count) where self[start] == first && has(other, from: start) { return true }
        return false
    }
}

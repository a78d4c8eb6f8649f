public import Catalog
internal import ColumnFile
public import Rules

extension CatalogSnapshot: RuleColumns {
    /// Number of tracks.
    public var rowCount: Int { count }

    /// The rows whose number is known and lies in one of the ranges.
    public func rows(where field: NumberField, in ranges: [NumberRange], among rows: RowSet) -> RowSet {
        let intervals = ranges.compactMap(FloatInterval.init)
        let values = column(field)
        return RowSet(
            among: rows,
            wordsAt: { row in
                intervals.reduce(0) { $0 | values.between($1.lower, $1.upper, from: row) }
            })
    }

    /// The rows whose number is known.
    public func rows(having field: NumberField, among rows: RowSet) -> RowSet {
        let values = column(field)
        return RowSet(among: rows, wordsAt: { values.between(-.infinity, .infinity, from: $0) })
    }

    /// The rows of which a text, folded, fits.
    public func rows(where field: TextField, _ match: TextMatch, among rows: RowSet) -> RowSet {
        let needles = match.texts.map { Array($0.utf8) }
        let place = match.place
        return self.rows(where: field, among: rows) { column, entry in
            column.withRow(entry) { text in needles.contains { text.fits($0.span, at: place) } }
        }
    }

    /// The rows that have a text of this field.
    public func rows(having field: TextField, among rows: RowSet) -> RowSet {
        self.rows(where: field, among: rows) { column, entry in column.withRow(entry) { !$0.isEmpty } }
    }

    /// The rows that are known to be explicit, or known not to be.
    public func rows(explicit: Bool, among rows: RowSet) -> RowSet {
        let wanted: UInt8 = explicit ? 1 : 0
        return explicits.withSpan { flags in
            RowSet(
                among: rows,
                wordsAt: { first in
                    var bits: UInt64 = 0
                    for place in 0..<min(64, flags.count - first) {
                        bits |= (flags[first + place] == wanted ? 1 : 0) << UInt64(place)
                    }
                    return bits
                })
        }
    }

    /// The rows of these tracks, which come in ascending order; those that are not here are left out.
    public func rows(of tracks: [TrackID]) -> RowSet {
        var rows = RowSet(rowCount: count)
        for track in tracks { if let row = row(of: track) { rows.insert(row) } }
        return rows
    }

    /// The rows of which a text passes `test`; artists and genres are tested once each, not once for each track.
    private func rows(
        where field: TextField, among rows: RowSet, _ test: (ListColumn<UInt8>, Int) -> Bool
    ) -> RowSet {
        guard let texts = folded[field] else { return RowSet(rowCount: count) }
        switch field {
        case .name, .album: return RowSet(among: rows) { test(texts, $0) }
        case .artist: return self.rows(listing: artists, among: rows, texts.count) { test(texts, $0) }
        case .genre: return self.rows(listing: genres, among: rows, texts.count) { test(texts, $0) }
        }
    }

    /// The rows that list an entry which passes. Each entry is asked for once, unless fewer rows than entries are left.
    private func rows(
        listing lists: ListColumn<UInt32>, among rows: RowSet, _ entryCount: Int, _ test: (Int) -> Bool
    ) -> RowSet {
        guard rows.count > entryCount else {
            return RowSet(among: rows) { row in
                lists.withRow(row) { entries in entries.indices.contains { test(Int(entries[$0])) } }
            }
        }
        let passing = RowSet(rowCount: entryCount, where: test)
        guard !passing.isEmpty else { return RowSet(rowCount: count) }
        return RowSet(among: rows) { row in
            lists.withRow(row) { entries in entries.indices.contains { passing.contains(Int(entries[$0])) } }
        }
    }
}

/// The 32-bit numbers of a range, both ends included: what is compared with a column of them.
private struct FloatInterval {
    var lower: Float
    var upper: Float

    /// Nil where no 32-bit number lies in the range.
    init?(_ range: NumberRange) {
        lower = Float(range.lower)
        if Double(lower) < range.lower || (Double(lower) == range.lower && !range.includesLower) {
            lower = lower.nextUp
        }
        upper = Float(range.upper)
        if Double(upper) > range.upper || (Double(upper) == range.upper && !range.includesUpper) {
            upper = upper.nextDown
        }
        guard lower <= upper, range.contains(Double(lower)), range.contains(Double(upper)) else { return nil }
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

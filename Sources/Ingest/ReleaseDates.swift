internal import Catalog

/// Reads dates of release and remembers them: a table has few distinct ones, and reading takes longer than looking up.
final class ReleaseDates {
    private var known: [String: ReleaseDate] = [:]

    /// Dates that are remembered at most; past that all are forgotten.
    private static let maximumKnown = 20_000

    /// A date, also as a number of a year (`2012.0`) or with a time behind it; nil for anything else.
    func date(_ text: String) -> ReleaseDate? {
        if let date = known[text] { return date }
        var day = text.prefix { $0 != "T" }
        if day.utf8.count == 6, day.hasSuffix(".0") { day.removeLast(2) }
        let date = ReleaseDate(day)
        if known.count >= Self.maximumKnown { known.removeAll() }
        known[text] = date
        return date
    }
}

/// Reads lists of genres and remembers them: many rows of a table have the same.
final class GenreLists {
    private var known: [String: [String]] = [:]

    /// Lists that are remembered at most; past that all are forgotten.
    private static let maximumKnown = 100_000

    /// The genres of a list, lower case, each once.
    func genres(_ text: String) -> [String] {
        if let genres = known[text] { return genres }
        let genres = ArtistCredit.genres(text)
        if known.count >= Self.maximumKnown { known.removeAll() }
        known[text] = genres
        return genres
    }
}

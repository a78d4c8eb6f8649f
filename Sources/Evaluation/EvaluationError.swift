/// Why a catalog cannot be evaluated on; the description is one sentence with the mend.
public struct EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Kind: Sendable, Hashable {
        /// The catalog has no tracks.
        case emptyCatalog
        /// The catalog has no playlists.
        case noPlaylists
        /// No playlist is long enough for a query.
        case noQueries
        /// A line of a split file cannot be read.
        case malformedSplit
        /// A split file and the catalog have no playlist in common.
        case foreignSplit
        /// Something that was asked for does not exist.
        case badRequest
    }

    /// What is wrong.
    public let kind: Kind
    /// One sentence with the mend.
    public let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}

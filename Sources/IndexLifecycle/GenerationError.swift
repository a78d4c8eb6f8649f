/// Why a generation cannot be built, opened or published.
public struct GenerationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    public enum Code: String, Sendable {
        /// There is no such generation, or none at all.
        case missing
        /// A file is damaged, cut off, or not of this generation.
        case corrupt
        /// Written by another version of this program.
        case foreign
        /// The catalog has no track that a vector can be made from.
        case emptyCatalog
        /// Another build is under way.
        case busy
        /// The build did not pass its own checks and was not published.
        case unverified
        /// The build is worse than what serves and was not published.
        case refused
        /// The operating system refused.
        case system
    }

    /// What kind of failure it is.
    public let code: Code
    /// What happened and how to mend it.
    public let description: String

    /// Describes a failure.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

/// What a classification shall do, as its job is told.
public struct ClassifyRequest: Sendable, Hashable, Codable {
    /// Whether target playlists are brought up to date afterwards.
    public var sync: Bool
    /// Only these rule sets; all enabled ones where nil.
    public var ruleSets: [String]?

    private enum CodingKeys: String, CodingKey {
        case sync
        case ruleSets = "rule_sets"
    }

    /// Asks for a classification.
    public init(sync: Bool = false, ruleSets: [String]? = nil) { (self.sync, self.ruleSets) = (sync, ruleSets) }

    /// Reads a payload; everything may be left out.
    /// - Throws: `DecodingError` for members of another type.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        sync = try container.decodeIfPresent(Bool.self, forKey: .sync) ?? false
        ruleSets = try container.decodeIfPresent([String].self, forKey: .ruleSets)
    }
}

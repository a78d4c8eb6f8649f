/// A bulk answer: submissions by recording, and under which name each recording that was asked for is found.
struct AcousticBrainzBulk<Level: Decodable & Sendable>: Decodable, Sendable {
    private static var mappingKey: String { "mbid_mapping" }

    private var levels: [String: Level] = [:]
    private var mapping: [String: String] = [:]

    /// Knows nothing.
    init() {}

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: AnyKey.self)
        for key in container.allKeys {
            guard key.stringValue != Self.mappingKey else {
                mapping = try container.decode([String: String].self, forKey: key)
                continue
            }
            let submissions = try container.decode([String: Level].self, forKey: key)
            // The lowest submission is the one that was asked for.
            let first = submissions.min { (Int($0.key) ?? .max) < (Int($1.key) ?? .max) }
            levels[key.stringValue.lowercased()] = first?.value
        }
    }

    /// The document of a recording; nil where the service has none.
    subscript(id: String) -> Level? { levels[(mapping[id] ?? id).lowercased()] ?? levels[id.lowercased()] }

    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

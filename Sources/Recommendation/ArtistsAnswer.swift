internal import JSONText

/// Artists that resemble one.
public struct ArtistsAnswer: Sendable {
    /// One similar artist.
    public struct Item: Sendable {
        /// The artist, by its row in the dictionary of artists.
        public var artist: Int
        /// Cosine of the two artists' vectors; the parts sum to it.
        public var score: Float
        /// The sentence.
        public var text: String
        /// What each block makes of the score, greatest first.
        public var parts: [Explanation.Part]
    }

    /// The generation that answered.
    public var generation: GenerationInfo
    /// The artist that was asked for; nil where only tracks newer than the generation credit it.
    public var artist: Int?
    /// The similar ones, best first.
    public var items: [Item]
    /// What the rows belong to.
    public var snapshot: CatalogSnapshot
}

extension ArtistsAnswer {
    /// The answer as JSON bytes.
    public func json() -> [UInt8] {
        var bytes: [UInt8] = [123]
        generation.append(to: &bytes)
        JSONBytes.append(raw: #","artist":"#, to: &bytes)
        if let artist {
            snapshot.appendArtistJSON(artist, to: &bytes)
        } else {
            JSONBytes.append(raw: "null", to: &bytes)
        }
        JSONBytes.append(raw: #","items":"#, to: &bytes)
        JSONBytes.appendArray(items.enumerated(), to: &bytes) { append($0.element, rank: $0.offset + 1, to: &$1) }
        bytes.append(125)
        return bytes
    }

    private func append(_ item: Item, rank: Int, to bytes: inout [UInt8]) {
        JSONBytes.append(raw: #"{"rank":"#, to: &bytes)
        JSONBytes.append(rank, to: &bytes)
        JSONBytes.append(raw: #","score":"#, to: &bytes)
        JSONBytes.append(rounded: Double(item.score), to: &bytes)
        JSONBytes.append(raw: #","artist":"#, to: &bytes)
        snapshot.appendArtistJSON(item.artist, to: &bytes)
        JSONBytes.append(raw: #","explanation":{"text":"#, to: &bytes)
        JSONBytes.append(item.text, to: &bytes)
        JSONBytes.append(raw: #","blocks":"#, to: &bytes)
        JSONBytes.appendArray(item.parts, to: &bytes) { part, bytes in
            JSONBytes.append(raw: #"{"block":"#, to: &bytes)
            JSONBytes.append(part.name, to: &bytes)
            JSONBytes.append(raw: #","contribution":"#, to: &bytes)
            JSONBytes.append(rounded: Double(part.contribution), to: &bytes)
            bytes.append(125)
        }
        JSONBytes.append(raw: "}}", to: &bytes)
    }
}

internal import Features
internal import JSONText

extension RecommendationAnswer {
    /// The answer as JSON bytes; `id` identifies it in later feedback.
    public func json(id: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1_024 + items.count * 1_024)
        JSONBytes.append(raw: #"{"recommendation_id":"#, to: &bytes)
        JSONBytes.append(id, to: &bytes)
        bytes.append(44)
        generation.append(to: &bytes)
        JSONBytes.append(raw: #","seeds":"#, to: &bytes)
        JSONBytes.appendArray(seeds, to: &bytes) { append($0, to: &$1) }
        JSONBytes.append(raw: #","pool":"#, to: &bytes)
        pool.append(to: &bytes)
        JSONBytes.append(raw: #","items":"#, to: &bytes)
        JSONBytes.appendArray(items.enumerated(), to: &bytes) { append($0.element, rank: $0.offset + 1, to: &$1) }
        bytes.append(125)
        return bytes
    }

    private func append(_ seed: Seed, to bytes: inout [UInt8]) {
        JSONBytes.append(raw: #"{"track":"#, to: &bytes)
        catalog.snapshot(seed.track).appendJSON(seed.track.row, to: &bytes)
        JSONBytes.append(raw: #","coverage":"#, to: &bytes)
        JSONBytes.appendArray(seed.coverage, to: &bytes) { JSONBytes.append($0.rawValue, to: &$1) }
        bytes.append(125)
    }

    private func append(_ item: Item, rank: Int, to bytes: inout [UInt8]) {
        JSONBytes.append(raw: #"{"rank":"#, to: &bytes)
        JSONBytes.append(rank, to: &bytes)
        JSONBytes.append(raw: #","score":"#, to: &bytes)
        JSONBytes.append(rounded: Double(item.score), to: &bytes)
        JSONBytes.append(raw: #","track":"#, to: &bytes)
        catalog.snapshot(item.track).appendJSON(item.track.row, to: &bytes)
        if let explanation = item.explanation {
            JSONBytes.append(raw: #","explanation":"#, to: &bytes)
            explanation.append(to: &bytes, in: catalog)
        }
        bytes.append(125)
    }
}

extension Pool {
    func append(to bytes: inout [UInt8]) {
        let counts = [
            ("searched", searched), ("candidates", candidates), ("after_rules", afterRules),
            ("after_cooldown", afterCooldown), ("after_duplicates", afterDuplicates),
            ("after_artist_cap", afterArtistCap), ("returned", returned),
        ]
        bytes.append(123)
        for (name, count) in counts {
            JSONBytes.append(name, to: &bytes)
            bytes.append(58)
            JSONBytes.append(count, to: &bytes)
            bytes.append(44)
        }
        JSONBytes.append(raw: #""relaxed":"#, to: &bytes)
        JSONBytes.appendArray(relaxed, to: &bytes) { JSONBytes.append($0, to: &$1) }
        bytes.append(125)
    }
}

extension GenerationInfo {
    /// Appends the member `"index"` without a comma.
    func append(to bytes: inout [UInt8]) {
        JSONBytes.append(raw: #""index":{"generation":"#, to: &bytes)
        JSONBytes.append(id, to: &bytes)
        JSONBytes.append(raw: #","built_at":"#, to: &bytes)
        JSONBytes.append(builtAt, to: &bytes)
        JSONBytes.append(raw: #","tracks":"#, to: &bytes)
        JSONBytes.append(tracks, to: &bytes)
        bytes.append(125)
    }
}

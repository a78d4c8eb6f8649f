internal import Features

extension RecommendationAnswer {
    /// The answer as JSON bytes; `id` identifies it in later feedback.
    public func json(id: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1_024 + items.count * 1_024)
        JSONBytes.append(raw: #"{"recommendation_id":"#, to: &bytes)
        JSONBytes.append(id, to: &bytes)
        appendIndex(to: &bytes)
        JSONBytes.append(raw: #","seeds":"#, to: &bytes)
        JSONBytes.appendArray(seeds, to: &bytes) { append($0, to: &$1) }
        JSONBytes.append(raw: #","pool":"#, to: &bytes)
        pool.append(to: &bytes)
        JSONBytes.append(raw: #","items":"#, to: &bytes)
        JSONBytes.appendArray(items.enumerated(), to: &bytes) { append($0.element, rank: $0.offset + 1, to: &$1) }
        bytes.append(125)
        return bytes
    }

    private func appendIndex(to bytes: inout [UInt8]) {
        JSONBytes.append(raw: #","index":{"generation":"#, to: &bytes)
        JSONBytes.append(generation.id, to: &bytes)
        JSONBytes.append(raw: #","built_at":"#, to: &bytes)
        JSONBytes.append(generation.builtAt, to: &bytes)
        JSONBytes.append(raw: #","tracks":"#, to: &bytes)
        JSONBytes.append(generation.tracks, to: &bytes)
        bytes.append(125)
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
            append(explanation, to: &bytes)
        }
        bytes.append(125)
    }

    private func append(_ explanation: Explanation, to bytes: inout [UInt8]) {
        JSONBytes.append(raw: #"{"text":"#, to: &bytes)
        JSONBytes.append(explanation.text, to: &bytes)
        JSONBytes.append(raw: #","blocks":"#, to: &bytes)
        JSONBytes.appendArray(explanation.parts, to: &bytes) { part, bytes in
            JSONBytes.append(raw: #"{"block":"#, to: &bytes)
            JSONBytes.append(part.name, to: &bytes)
            appendContribution(part.contribution, to: &bytes)
        }
        JSONBytes.append(raw: #","features":"#, to: &bytes)
        JSONBytes.appendArray(explanation.features, to: &bytes) { append($0, to: &$1) }
        JSONBytes.append(raw: #","seeds":"#, to: &bytes)
        JSONBytes.appendArray(explanation.seeds, to: &bytes) { share, bytes in
            JSONBytes.append(raw: #"{"seed":"#, to: &bytes)
            JSONBytes.append(catalog.snapshot(share.seed).publicID(share.seed.row), to: &bytes)
            JSONBytes.append(raw: #","share":"#, to: &bytes)
            JSONBytes.append(rounded: Double(share.share), to: &bytes)
            bytes.append(125)
        }
        bytes.append(125)
    }

    private func append(_ match: Explanation.FeatureMatch, to bytes: inout [UInt8]) {
        JSONBytes.append(raw: #"{"feature":"#, to: &bytes)
        JSONBytes.append(match.name, to: &bytes)
        JSONBytes.append(raw: #","seed":"#, to: &bytes)
        JSONBytes.append(exact: match.seed, to: &bytes)
        JSONBytes.append(raw: #","track":"#, to: &bytes)
        JSONBytes.append(exact: match.track, to: &bytes)
        appendContribution(match.contribution, to: &bytes)
    }

    private func appendContribution(_ contribution: Float, to bytes: inout [UInt8]) {
        JSONBytes.append(raw: #","contribution":"#, to: &bytes)
        JSONBytes.append(rounded: Double(contribution), to: &bytes)
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

internal import Catalog
public import JSONText

extension Recipe {
    /// The fields of a recipe, in the order of the documentation.
    public static let fields = [
        "pool", "count", "cooldown", "per_artist", "per_album", "min_new_ratio", "max_kept_ratio", "popularity",
        "temperature", "artist_spacing", "order", "relax", "exclude", "exclude_contexts",
    ]

    /// Reads a recipe.
    /// - Parameters:
    ///   - value: a JSON object.
    ///   - base: what holds where the object says nothing; its ladder gives way to one that suits the wishes.
    ///   - path: where the object stands, for the faults.
    /// - Throws: `RecipeError` with everything that is wrong.
    public init(
        reading value: JSONValue, over base: Recipe? = nil, limits: RecipeLimits, at path: [String] = []
    ) throws(RecipeError) {
        var reader = RecipeReader(value, at: path, known: Self.fields)
        var parts = PoolPart.read(&reader, limits)
        if parts.isEmpty, let base, reader.member("pool") == nil { parts = base.parts }
        if parts.isEmpty, reader.faults.isEmpty {
            reader.note(["pool"], .missing, "no part; say where tracks come from, as in [{\"from\": \"library\"}]")
        }
        var rules = base?.rules ?? SamplingRules(count: 30)
        rules.read(&reader, limits)
        let excluded = reader.references("exclude", atMost: limits.maximumReferences)
        let contexts = reader.references("exclude_contexts", atMost: limits.maximumReferences)
        rules.readLadder(&reader, limits)
        guard reader.faults.isEmpty else { throw RecipeError(reader.faults) }
        self.init(parts: parts, rules: rules)
        if reader.member("relax") == nil { declareUsualLadder() }
        self.excluded = reader.member("exclude") == nil ? base?.excluded ?? [] : excluded
        excludedContexts = reader.member("exclude_contexts") == nil ? base?.excludedContexts ?? [] : contexts
    }

    /// The recipe as `init(reading:)` reads it back, with everything said.
    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "pool": .array(parts.map(\.json)), "count": .number(Double(rules.count)),
            "min_new_ratio": .number(rules.minimumNew), "max_kept_ratio": .number(rules.maximumKept),
            "temperature": .number(rules.temperature), "artist_spacing": .number(Double(rules.artistSpacing)),
            "order": .string(rules.order.rawValue), "relax": .array(rules.ladder.map(\.json)),
            "cooldown": rules.cooldowns.json,
        ]
        members["per_artist"] = rules.perArtist.map { .number(Double($0)) }
        members["per_album"] = rules.perAlbum.map { .number(Double($0)) }
        if !rules.bands.isEmpty { members["popularity"] = .array(rules.bands.map(\.json)) }
        if !excluded.isEmpty { members["exclude"] = .array(excluded.map { .string($0.description) }) }
        if !excludedContexts.isEmpty {
            members["exclude_contexts"] = .array(excludedContexts.map { .string($0.description) })
        }
        return .object(members)
    }
}

extension PoolPart {
    static func read(_ reader: inout RecipeReader, _ limits: RecipeLimits) -> [PoolPart] {
        let list = reader.list("pool", atMost: limits.maximumParts)
        let parts = list.enumerated().compactMap { place, value -> PoolPart? in
            var inner = RecipeReader(
                value, at: reader.path + ["pool", String(place)],
                known: ["from", "share", "weight", "of", "seeds", "discovery", "rules", "rule_set"])
            let part = one(&inner, limits)
            reader.take(inner.faults)
            return part
        }
        checkShares(parts, isWhole: parts.count == list.count, &reader)
        return parts
    }

    private static func checkShares(_ parts: [PoolPart], isWhole: Bool, _ reader: inout RecipeReader) {
        let shares = parts.compactMap(\.share)
        guard isWhole, !shares.isEmpty else { return }
        if shares.count < parts.count {
            reader.note(["pool"], .contradiction, "some parts have a share and some have none; give each one, or none")
        } else if shares.reduce(0, +) > 1 + 1e-9 {
            reader.note(["pool"], .contradiction, "the shares sum to more than 1")
        } else if shares.reduce(0, +) == 0 {
            reader.note(["pool"], .contradiction, "all shares are 0; give one part a share above 0")
        }
    }

    private static func one(_ reader: inout RecipeReader, _ limits: RecipeLimits) -> PoolPart? {
        let share = reader.number("share", in: 0...1)
        let weight = reader.number("weight", in: 0...1_000, orAbove: true) ?? 1
        guard let source = source(&reader, limits) else { return nil }
        return PoolPart(source, share: share, weight: weight)
    }

    private static func source(_ reader: inout RecipeReader, _ limits: RecipeLimits) -> PoolSource? {
        let name = reader.text("from")
        let discovery = reader.number("discovery", in: 0...1)
        switch name {
        case "library": return .library
        case "profile": return .profile
        case "tracks":
            guard let text = reader.text("of") else {
                reader.note(["of"], .missing, "missing; name a playlist, an album, an artist or a tag")
                return nil
            }
            return reader.reference(text, at: ["of"]).map { .tracks(of: $0) }
        case "recommendations":
            let seeds = reader.references("seeds", atMost: limits.maximumReferences)
            if seeds.isEmpty, reader.faults.isEmpty { reader.note(["seeds"], .missing, "no seeds; give one at least") }
            return .recommendations(seeds: seeds, discovery: discovery)
        case "rules":
            return ruleSource(&reader)
        default:
            let known = PoolSource.names.joined(separator: ", ")
            if reader.faults.isEmpty {
                reader.note(["from"], name == nil ? .missing : .unknownName, "not one of \(known)")
            }
            return nil
        }
    }

    private static func ruleSource(_ reader: inout RecipeReader) -> PoolSource? {
        switch (reader.member("rules"), reader.text("rule_set")) {
        case (nil, let name?):
            if (1...200).contains(name.utf8.count), !name.utf8.contains(0) { return .ruleSet(name) }
            reader.note(["rule_set"], .outOfRange, "not the id or the name of a rule set")
        case (let rules?, nil): return .rules(rules)
        case (_?, _?): reader.note(["rule_set"], .contradiction, "both rules and rule_set are given; give one of them")
        case (nil, nil):
            if reader.faults.isEmpty {
                reader.note(["rules"], .missing, "missing; give a rule group, or the id of a rule set as rule_set")
            }
        }
        return nil
    }

    var json: JSONValue {
        var members: [String: JSONValue] = ["from": .string(source.name), "weight": .number(weight)]
        members["share"] = share.map { .number($0) }
        switch source {
        case .library, .profile: break
        case .tracks(let reference): members["of"] = .string(reference.description)
        case .recommendations(let seeds, let discovery):
            members["seeds"] = .array(seeds.map { .string($0.description) })
            members["discovery"] = discovery.map { .number($0) }
        case .rules(let rules): members["rules"] = rules
        case .ruleSet(let name): members["rule_set"] = .string(name)
        }
        return .object(members)
    }
}

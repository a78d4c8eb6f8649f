internal import Catalog
internal import Features
internal import JSONText
internal import Recommendation
internal import Rules
internal import Sampling

/// The body of a recommendation request, checked field by field: a request, or all of its faults.
struct RecommendBody {
    /// What is asked for; meaningless where there are faults.
    var request = RecommendationRequest(seeds: [])
    /// Where each seed of the request stands in the body.
    private(set) var seedPaths: [[String]] = []
    /// Where each negative seed of the request stands in the body.
    private(set) var negativePaths: [[String]] = []
    /// What the listener met lately and is to be spared; nil where nobody asked.
    private(set) var cooldown: CooldownWish?
    /// What is wrong.
    private(set) var faults: [Fault] = []

    /// Reads a body.
    /// - Throws: `Problem` that lists every field at fault.
    static func parse(_ body: [UInt8], _ configuration: APIConfiguration) throws(Problem) -> RecommendBody {
        let members = try JSONBody.object(body, maximumDepth: configuration.maximumDepth, example: #"{"seeds": […]}"#)
        let parsed = RecommendBody(members, configuration)
        guard parsed.faults.isEmpty else {
            throw Problem(faults: parsed.faults, limit: configuration.maximumFaults)
        }
        return parsed
    }

    private init(_ members: [String: JSONValue], _ configuration: APIConfiguration) {
        var reader = FieldReader(members)
        reader.refuse(namesOutside: Self.fields)
        readSeeds(&reader, configuration.limits)
        readNegative(&reader, configuration.limits)
        readScoring(&reader)
        readSelection(&reader, configuration.limits, perArtist: configuration.usualPerArtist)
        request.filter = reader.rule("filter", configuration.ruleLimits)
        readBounds(&reader)
        readWeights(&reader, maximum: configuration.maximumWeight)
        readChance(&reader)
        faults = reader.faults
        if let value = members["cooldown"], value != .null { readCooldown(value) }
    }

    /// The fields of this version, in the order of the documentation.
    static let fields = [
        "seeds", "url", "negative", "k", "strategy", "weights", "target", "min", "max", "filter", "exclude",
        "per_artist", "diversity", "discovery", "order", "explain", "random_seed", "temperature", "cooldown",
    ]

    /// Beyond this chance is all that counts.
    static let maximumTemperature: Float = 100

    // MARK: Seeds

    private mutating func readSeeds(_ reader: inout FieldReader, _ limits: RecommendationLimits) {
        let hasURL = reader.has("url")
        if hasURL, reader.has("seeds") {
            reader.note("url", .contradiction, "both url and seeds are given; give one of them")
        } else if hasURL, let text = reader.text("url") {
            addSeed(text, ["url"], &reader)
        } else if !hasURL {
            readSeedList(&reader, limits)
        }
    }

    private mutating func readSeedList(_ reader: inout FieldReader, _ limits: RecommendationLimits) {
        let before = reader.faults.count
        let texts = reader.texts("seeds", atMost: limits.maximumSeeds)
        if texts.isEmpty, reader.faults.count == before {
            reader.note("seeds", .missing, "no seeds; give one track, playlist, album, artist or tag at least")
        }
        for (place, text) in texts { addSeed(text, ["seeds", String(place)], &reader) }
    }

    private mutating func addSeed(_ text: String, _ path: [String], _ reader: inout FieldReader) {
        guard let seed = Self.reference(text, path, &reader) else { return }
        request.seeds.append(seed)
        seedPaths.append(path)
    }

    private mutating func readNegative(_ reader: inout FieldReader, _ limits: RecommendationLimits) {
        for (place, text) in reader.texts("negative", atMost: limits.maximumNegative) {
            let path = ["negative", String(place)]
            guard let reference = Self.reference(text, path, &reader) else { continue }
            request.negative.append(reference)
            negativePaths.append(path)
        }
    }

    private static func reference(
        _ text: String, _ path: [String], _ reader: inout FieldReader
    ) -> EntityReference? {
        do {
            return try EntityReference(parsing: text)
        } catch {
            reader.note(path, .badReference, error.description)
            return nil
        }
    }

    // MARK: What may be returned

    private mutating func readSelection(
        _ reader: inout FieldReader, _ limits: RecommendationLimits, perArtist usual: Int?
    ) {
        request.k = reader.whole("k", in: 1...limits.maximumK) ?? min(request.k, limits.maximumK)
        request.perArtist = reader.whole("per_artist", in: 1...Int.max) ?? usual
        request.explain = reader.choice("explain", of: RecommendationRequest.Explain.self) ?? request.explain
        for (place, text) in reader.texts("exclude", atMost: limits.maximumExcluded) {
            let path = ["exclude", String(place)]
            if let excluded = Self.reference(text, path, &reader) { request.exclude.append(excluded) }
        }
    }

    private mutating func readScoring(_ reader: inout FieldReader) {
        request.strategy = reader.choice("strategy", of: RecommendationRequest.Strategy.self) ?? request.strategy
        request.order = reader.choice("order", of: RecommendationRequest.Order.self) ?? request.order
        request.discovery = reader.number("discovery", in: 0...1) ?? request.discovery
        request.diversity = reader.number("diversity", in: 0...1) ?? request.diversity
    }

    // MARK: Chance and rest

    /// Without a seed chance is chance.
    private mutating func readChance(_ reader: inout FieldReader) {
        request.temperature = reader.number("temperature", in: 0...Self.maximumTemperature) ?? 0
        let seed = reader.whole("random_seed").map { UInt64(bitPattern: Int64($0)) }
        request.randomSeed = seed ?? (request.temperature > 0 ? .random(in: 0...(.max)) : 0)
    }

    private mutating func readCooldown(_ value: JSONValue) {
        do throws(RecipeError) { cooldown = try CooldownWish(reading: value) } catch {
            faults += error.faults.map { Fault($0, under: ["cooldown"]) }
        }
    }

    // MARK: Numbers by name

    private mutating func readBounds(_ reader: inout FieldReader) {
        request.minimum = Self.numbersByField("min", &reader)
        request.maximum = Self.numbersByField("max", &reader)
        request.target = Self.numbersByField("target", &reader)
        guard !(request.minimum.isEmpty && request.target.isEmpty) else { return }
        for name in NumberField.allNames {
            guard let field = NumberField(name: name) else { continue }
            if let low = request.minimum[field], let high = request.maximum[field], low > high {
                reader.note(["min", name], .contradiction, "above max of \(name); swap the two")
            }
            if let wish = request.target[field], !field.sensibleRange.contains(wish) {
                let range = field.sensibleRange
                reader.note(
                    ["target", name], .outOfRange, "not between \(range.lowerBound) and \(range.upperBound)")
            }
        }
    }

    private static func numbersByField(_ name: String, _ reader: inout FieldReader) -> [NumberField: Float] {
        var values: [NumberField: Float] = [:]
        for (key, number) in reader.numbers(name) {
            if let field = NumberField(name: key) {
                values[field] = number
            } else {
                let known = NumberField.allNames.joined(separator: ", ")
                reader.note([name, key], .unknownName, "no number of this name; known are \(known)")
            }
        }
        return values
    }

    private mutating func readWeights(_ reader: inout FieldReader, maximum: Float) {
        for (name, factor) in reader.numbers("weights") {
            guard let block = Block(rawValue: name) else {
                let known = Block.allCases.map(\.rawValue).joined(separator: ", ")
                reader.note(["weights", name], .unknownName, "no block of this name; known are \(known)")
                continue
            }
            guard (0...maximum).contains(factor) else {
                reader.note(["weights", name], .outOfRange, "not between 0 and \(Int(maximum))")
                continue
            }
            request.weights[block] = factor
        }
    }
}

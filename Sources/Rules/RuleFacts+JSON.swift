internal import Catalog
internal import Foundation
public import JSONText

extension RuleFacts {
    /// Reads a mapping from names of fields to values, as `POST /api/v1/rules/evaluate` takes it.
    ///
    /// Beside the fields there are `features` (by provider, then feature), `enrichments` (by source: `categories` and
    /// `confidence`) and `playlists` (a list of references). As in the catalog, no count is ever missing: what is not
    /// said to have happened did not.
    /// - Throws: `RuleFaults` with everything that is wrong and where.
    public init(_ json: JSONValue, at path: [String] = []) throws(RuleFaults) {
        var reader = RuleFactsReader()
        reader.read(json, path)
        guard reader.faults.isEmpty else { throw RuleFaults(reader.faults) }
        self = reader.facts
        addWhatFollows()
    }

    /// What each count counts, as the moments of which there is one where it happened.
    private static let counted: [(count: StoredField, moments: [StoredField])] = [
        (.playCount, [.firstPlayed, .lastPlayed]), (.skipCount, [.lastSkipped]), (.likeCount, [.lastLiked]),
        (.servedCount, [.lastServed]),
    ]

    /// Adds what the catalog would say of a track of which all this is known, where the mapping does not say it.
    private mutating func addWhatFollows() {
        for (count, moments) in Self.counted {
            let happened = moments.contains { !values(of: .stored($0)).isEmpty }
            supplement(.stored(count), happened ? 1 : 0)
        }
        supplement(.stored(.artistCount), Double(values(of: .text(.artist)).count))
        supplement(.number(.playlistCount), Double(playlists.count))
        if values(of: .stored(.saved)).isEmpty {
            set(.stored(.saved), flag: !values(of: .stored(.savedAt)).isEmpty)
        }
        let (plays, skips) = (number(.playCount), number(.skipCount))
        if plays + skips > 0 { supplement(.stored(.skipRate), skips / (plays + skips)) }
    }

    private mutating func supplement(_ field: RuleField, _ number: Double) {
        if values(of: field).isEmpty { set(field, rounding: number) }
    }

    private func number(_ field: StoredField) -> Double {
        guard case .number(let number)? = values(of: .stored(field)).first else { return 0 }
        return number
    }
}

/// Reads a mapping and notes what is wrong with each member.
struct RuleFactsReader {
    private(set) var facts = RuleFacts()
    private(set) var faults: [RuleFault] = []

    private mutating func note(_ path: [String], _ message: String) {
        faults.append(RuleFault(path, .wrongType, message))
    }

    mutating func read(_ json: JSONValue, _ path: [String]) {
        guard case .object(let members) = json else {
            return note(path, "not an object of facts, as in {\"name\": …, \"energy\": …}")
        }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) where value != .null {
            let place = path + [String(name.prefix(64))]
            switch name {
            case "features": readFeatures(value, place)
            case "enrichments": readEnrichments(value, place)
            case "playlists": readPlaylists(value, place)
            default: readField(name, value, place)
            }
        }
    }

    private mutating func readField(_ name: String, _ json: JSONValue, _ path: [String]) {
        guard let field = RuleField(name: name), field.kind != .anything, field.kind != .playlist else {
            let known = RuleField.names.filter { $0 != "playlist" } + ["features", "enrichments", "playlists"]
            let message = "no fact of this name; known are \(known.joined(separator: ", "))"
            return faults.append(RuleFault(path, .badRule, message))
        }
        switch field.kind {
        case .number: readNumber(field, json, path)
        case .text:
            let texts = json.string.map { [$0] } ?? json.array?.compactMap(\.string)
            guard let texts, json.array == nil || json.array?.count == texts.count else {
                return note(path, "not a text or a list of texts")
            }
            facts.set(field, texts)
        case .flag:
            guard let flag = json.bool else { return note(path, "not true or false") }
            facts.set(field, flag: flag)
        default: readDate(field, json, path)
        }
    }

    private mutating func readNumber(_ field: RuleField, _ json: JSONValue, _ path: [String]) {
        if field.isLength, let text = json.string {
            do throws(OperandFault) { facts.set(field, rounding: try RuleLength.milliseconds(text)) } catch {
                note(path, error.message)
            }
            return
        }
        guard let number = json.number, Float(number).isFinite else { return note(path, "not a number") }
        facts.set(field, rounding: number)
    }

    private mutating func readDate(_ field: RuleField, _ json: JSONValue, _ path: [String]) {
        do throws(OperandFault) { facts.set(field, date: try RulePeriod(json).start) } catch {
            note(path, error.message)
        }
    }

    private mutating func readFeatures(_ json: JSONValue, _ path: [String]) {
        guard case .object(let providers) = json else { return note(path, "not an object of providers") }
        for (provider, value) in providers {
            guard case .object(let features) = value else {
                note(path + [provider], "not an object of audio features")
                continue
            }
            for (name, value) in features where value != .null {
                guard let feature = AudioFeature(name: name), let number = value.number, Float(number).isFinite else {
                    note(path + [provider, String(name.prefix(64))], "not an audio feature with a number")
                    continue
                }
                facts.set(.feature(feature, provider: provider), rounding: number)
            }
        }
    }

    private mutating func readEnrichments(_ json: JSONValue, _ path: [String]) {
        guard case .object(let sources) = json else { return note(path, "not an object of sources") }
        for (source, value) in sources {
            guard case .object(let members) = value, case .object(let categories) = members["categories"] ?? .null
            else {
                note(path + [source], "not an object with categories, and confidence where the source says it")
                continue
            }
            var saying = RuleFacts.Saying(categories: [:], confidence: members["confidence"]?.number)
            for (category, value) in categories {
                guard let value = Self.enrichment(value) else {
                    note(
                        path + [source, "categories", String(category.prefix(64))], "not a text, number, flag or texts")
                    continue
                }
                saying.categories[category] = value
            }
            facts.sayings[source] = saying
        }
    }

    private static func enrichment(_ json: JSONValue) -> EnrichmentValue? {
        if let text = json.string { return .text(text) }
        if let number = json.number { return .number(number) }
        if let flag = json.bool { return .flag(flag) }
        guard let elements = json.array else { return nil }
        let texts = elements.compactMap(\.string)
        return texts.count == elements.count ? .texts(texts) : nil
    }

    private mutating func readPlaylists(_ json: JSONValue, _ path: [String]) {
        guard let names = json.array else { return note(path, "not a list of playlists") }
        for (place, name) in names.enumerated() {
            do throws(ReferenceError) {
                facts.playlists.insert(try PlaylistName(parsing: name.string ?? ""))
            } catch {
                note(path + [String(place)], error.description)
            }
        }
    }
}

extension RuleTrace {
    /// The trace as JSON.
    public var json: JSONValue {
        .object([
            "matches": .bool(matches), "decided_by": .array(decidedBy.map { .string($0) }),
            "trace": .array(steps.map(\.json)),
        ])
    }
}

extension RuleTrace.Step {
    fileprivate var json: JSONValue {
        .object([
            "pointer": .string(pointer), "field": .string(field.name), "op": .string(op.rawValue),
            "holds": .bool(holds), "decided": .bool(decided),
            "values": .array(values.prefix(20).map(\.json)),
        ])
    }
}

extension RuleValue {
    fileprivate var json: JSONValue {
        switch self {
        case .number(let number): .number(Self.written(number))
        case .text(let text): .string(text)
        case .flag(let flag): .bool(flag)
        case .date(let moment): .string(Date(timeIntervalSince1970: moment).formatted(.iso8601))
        case .playlist(let name): .string(name.description)
        }
    }
}

internal import Catalog
internal import JSONText
internal import Rules

/// The body of a request that asks a rule about a track, checked field by field.
struct EvaluateBody: Sendable {
    /// Which rule is asked.
    enum Rule: Sendable {
        case group(RuleGroup)
        case ruleSet(String)
    }

    /// Which track it is asked about.
    enum Subject: Sendable {
        case facts(RuleFacts)
        case track(EntityReference)
    }

    let rule: Rule
    let subject: Subject

    /// Reads a body.
    /// - Throws: `Problem` that lists every field at fault.
    init(_ body: [UInt8], _ configuration: APIConfiguration) throws(Problem) {
        let members = try JSONBody.object(
            body, maximumDepth: max(configuration.maximumDepth, configuration.ruleLimits.jsonNesting))
        var reader = FieldReader(members)
        reader.refuse(namesOutside: ["root", "rule_set", "facts", "track"])
        let rule = Self.rule(&reader, configuration.ruleLimits)
        var faults: [Fault] = []
        let subject = Self.subject(members, &reader, &faults)
        faults = reader.faults + faults
        guard let rule, let subject, faults.isEmpty else {
            throw Problem(faults: faults, limit: configuration.maximumFaults)
        }
        (self.rule, self.subject) = (rule, subject)
    }

    private static func rule(_ reader: inout FieldReader, _ limits: RuleLimits) -> Rule? {
        switch (reader.has("root"), reader.has("rule_set")) {
        case (true, true): reader.note("rule_set", .contradiction, "both root and rule_set are given; give one of them")
        case (false, false): reader.note("root", .missing, "missing; give a group, or the id of a rule_set")
        case (true, false): return reader.rule("root", limits).map { .group($0) }
        case (false, true): return reader.text("rule_set").map { .ruleSet($0) }
        }
        return nil
    }

    private static func subject(
        _ members: [String: JSONValue], _ reader: inout FieldReader, _ faults: inout [Fault]
    ) -> Subject? {
        switch (reader.has("facts"), reader.has("track")) {
        case (true, true): reader.note("track", .contradiction, "both facts and track are given; give one of them")
        case (false, false): reader.note("facts", .missing, "missing; give facts, or a track of the catalog")
        case (true, false):
            do throws(RuleFaults) { return .facts(try RuleFacts(members["facts"] ?? .null, at: ["facts"])) } catch {
                faults = error.faults.map(Fault.init)
            }
        case (false, true):
            guard let text = reader.text("track") else { return nil }
            do throws(ReferenceError) {
                let reference = try EntityReference(parsing: text)
                if reference.kind == .track { return .track(reference) }
                reader.note("track", .badReference, "names a \(reference.kind.rawValue); give a track")
            } catch {
                reader.note("track", .badReference, error.description)
            }
        }
        return nil
    }
}

internal import Foundation
internal import Jobs

/// The body of a request that sets a schedule, checked field by field.
struct ScheduleBody: Decodable {
    static let fields = ["cron", "time_zone", "kind", "payload", "missed", "enabled"]

    private var faults: [Fault] = []
    private var cron: CronExpression?
    private var timeZone: TimeZone?
    private var kind: String?
    private var payload = JobDocument.empty
    private var missed = Schedule.Missed.skip
    private var isEnabled = true

    /// The schedule that a body describes.
    /// - Throws: `Problem` that lists every field at fault.
    static func schedule(
        named name: String, _ body: [UInt8], kinds: [String], _ configuration: APIConfiguration
    ) throws(Problem) -> Schedule {
        let parsed: ScheduleBody
        do { parsed = try JSONDecoder().decode(ScheduleBody.self, from: Data(body)) } catch {
            throw Problem(.malformedJSON, "the body cannot be read as JSON; send one JSON object")
        }
        var faults = parsed.faults
        if !Schedule.isName(name) {
            let mend = "not a name of a schedule: lower-case letters, digits, points, hyphens, underscores, 64 at most"
            faults.append(Fault(parameter: "name", .outOfRange, mend))
        }
        if let kind = parsed.kind, !kinds.contains(kind) {
            faults.append(Fault(["kind"], .unknownName, "not one of \(kinds.joined(separator: ", "))"))
        }
        guard faults.isEmpty, let cron = parsed.cron, let kind = parsed.kind else {
            throw Problem(faults: faults, limit: configuration.maximumFaults)
        }
        return Schedule(
            name: name, cron: cron, timeZone: parsed.timeZone, kind: kind, payload: parsed.payload,
            missed: parsed.missed, isEnabled: parsed.isEnabled)
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private typealias Members = KeyedDecodingContainer<Name>

    init(from decoder: any Decoder) throws {
        guard let members = try? decoder.container(keyedBy: Name.self) else {
            faults = [Fault([], .wrongType, "not a JSON object; send {\"cron\": …, \"kind\": …}")]
            return
        }
        for name in members.allKeys.map(\.stringValue).sorted() where !Self.fields.contains(name) {
            note(name, .unknownField, "unknown field; known are \(Self.fields.joined(separator: ", "))")
        }
        readTimes(members)
        kind = value("kind", String.self, "a text", members)
        if kind == nil, !faults.contains(where: { $0.place == .body("/kind") }) {
            note("kind", .missing, "missing; say what to do")
        }
        if let document = value("payload", JobDocument.self, "an object", members) {
            if document.isObject { payload = document } else { note("payload", .wrongType, "not an object") }
        }
        readMissed(members)
        isEnabled = value("enabled", Bool.self, "true or false", members) ?? true
    }

    private mutating func readTimes(_ members: Members) {
        if let text = value("cron", String.self, "a text", members) {
            do throws(CronError) { cron = try CronExpression(text) } catch {
                note("cron", .outOfRange, error.description)
            }
        } else if !faults.contains(where: { $0.place == .body("/cron") }) {
            note("cron", .missing, "missing; say when, as in 30 3 * * *")
        }
        guard let name = value("time_zone", String.self, "a text", members) else { return }
        timeZone = TimeZone(identifier: name)
        if timeZone == nil { note("time_zone", .unknownName, "no time zone; name one as in Europe/Berlin") }
    }

    private mutating func readMissed(_ members: Members) {
        guard let word = value("missed", String.self, "a text", members) else { return }
        if let choice = Schedule.Missed(rawValue: word) {
            missed = choice
        } else {
            let known = Schedule.Missed.allCases.map(\.rawValue).joined(separator: ", ")
            note("missed", .unknownName, "not one of \(known)")
        }
    }

    /// A member; nil where it is left out, null, or of another type, which is noted.
    private mutating func value<Value: Decodable>(
        _ name: String, _ type: Value.Type, _ words: String, _ members: Members
    ) -> Value? {
        do {
            return try members.decodeIfPresent(type, forKey: Name(stringValue: name))
        } catch {
            note(name, .wrongType, "not \(words)")
            return nil
        }
    }

    private mutating func note(_ name: String, _ code: Fault.Code, _ message: String) {
        faults.append(Fault([name], code, message))
    }
}

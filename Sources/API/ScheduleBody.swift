internal import Foundation
internal import JSONText
internal import Jobs

/// The body of a request that sets a schedule, checked field by field.
struct ScheduleBody {
    static let fields = ["cron", "time_zone", "kind", "payload", "missed", "enabled"]

    private var reader: FieldReader

    /// The schedule that a body describes.
    /// - Throws: `Problem` that lists every field at fault.
    static func schedule(
        named name: String, _ body: [UInt8], kinds: [String], _ configuration: APIConfiguration
    ) throws(Problem) -> Schedule {
        let members = try JSONBody.object(
            body, maximumDepth: configuration.maximumDepth, example: #"{"cron": …, "kind": …}"#)
        var parsed = ScheduleBody(reader: FieldReader(members))
        parsed.reader.refuse(namesOutside: fields)
        let schedule = parsed.schedule(named: name, kinds)
        var faults = parsed.reader.faults
        if !Schedule.isName(name) {
            let mend = "not a name of a schedule: lower-case letters, digits, points, hyphens, underscores, 64 at most"
            faults.append(Fault(parameter: "name", .outOfRange, mend))
        }
        guard faults.isEmpty, let schedule else { throw Problem(faults: faults, limit: configuration.maximumFaults) }
        return schedule
    }

    /// Nil where something needed is missing or wrong, which is noted.
    private mutating func schedule(named name: String, _ kinds: [String]) -> Schedule? {
        let (cron, timeZone) = (readCron(), readTimeZone())
        let (kind, payload) = (readKind(among: kinds), readPayload())
        let missed = reader.choice("missed", of: Schedule.Missed.self) ?? .skip
        let isEnabled = reader.flag("enabled") ?? true
        guard let cron, let kind else { return nil }
        return Schedule(
            name: name, cron: cron, timeZone: timeZone, kind: kind, payload: payload, missed: missed,
            isEnabled: isEnabled)
    }

    private mutating func readCron() -> CronExpression? {
        guard let text = needed("cron", "say when, as in 30 3 * * *") else { return nil }
        do throws(CronError) { return try CronExpression(text) } catch {
            reader.note("cron", .outOfRange, error.description)
            return nil
        }
    }

    private mutating func readTimeZone() -> TimeZone? {
        guard let name = reader.text("time_zone") else { return nil }
        guard let zone = TimeZone(identifier: name) else {
            reader.note("time_zone", .unknownName, "no time zone; name one as in Europe/Berlin")
            return nil
        }
        return zone
    }

    private mutating func readKind(among kinds: [String]) -> String? {
        guard let kind = needed("kind", "say what to do") else { return nil }
        guard kinds.contains(kind) else {
            reader.note("kind", .unknownName, "not one of \(kinds.joined(separator: ", "))")
            return nil
        }
        return kind
    }

    private mutating func readPayload() -> JobDocument {
        guard let document = reader.value(decoding: "payload", as: JobDocument.self) else { return .empty }
        if !document.isObject { reader.note("payload", .wrongType, "not an object") }
        return document
    }

    private mutating func needed(_ name: String, _ mend: String) -> String? {
        if !reader.has(name) { reader.note(name, .missing, "missing; \(mend)") }
        return reader.text(name)
    }
}

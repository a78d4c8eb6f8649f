internal import Catalog
internal import Foundation
internal import HTTPServer
internal import JSONText
internal import Sampling

/// `/api/v1/listeners` and `POST /api/v1/feedback`.
struct ListenersRoutes: Sendable {
    /// The most events of one call.
    static let maximumEvents = 1_000

    let access: PlaylistAccess
    let configuration: APIConfiguration

    var all: [Route] { [list, put, feedback] }

    private var list: Route {
        Route(
            "GET", "/api/v1/listeners", access: .token,
            Operation(
                id: "listListeners", summary: "List listeners",
                description: "Lists all listeners by name; default has the imported histories and libraries.",
                answers: [.init(200, "All of them.", .json(.reference("ListenerList")))],
                problems: [503: "The database cannot be reached."])
        ) { _ in
            .later {
                let found = try await access.store.listeners().map { Self.json($0) }
                return .json(JSON.object(of: ["listeners": .array(found)]).bytes)
            }
        }
    }

    private static func json(_ listener: Listener) -> JSON {
        ["name": .text(listener.name), "created_at": .text(listener.createdAt.ISO8601Format())]
    }

    private var put: Route {
        Route(
            "PUT", "/api/v1/listeners/{name}", access: .change,
            Operation(
                id: "putListener", summary: "Make a listener known",
                description: "Listeners have histories, cooldowns and playlists of their own.",
                parameters: [.init("name", in: .path, Schemas.text, "The listener's name.")],
                answers: [
                    .init(200, "It was known.", .json(.reference("Listener"))),
                    .init(201, "It is known now.", .json(.reference("Listener"))),
                ], problems: [503: "The database cannot be reached."])
        ) { call in
            let name = call.parameters["name"] ?? ""
            try Self.check(name, parameter: "name")
            return .later {
                let isNew = try await access.store.addListener(name)
                let known = try await access.store.listeners().first { $0.name == name }
                guard let known else { throw PlaylistError.unknownListener(name) }
                return .json(Self.json(known).bytes, status: isNew ? 201 : 200)
            }
        }
    }

    /// Refuses what cannot be the name of a listener.
    static func check(_ name: String, parameter: String) throws(Problem) {
        guard !Listener.isName(name) else { return }
        let mend = "not a listener's name: lower-case letters, digits, ., - and _, 64 at most"
        throw Problem(faults: [Fault(parameter: parameter, .outOfRange, mend)], limit: 1)
    }

    // MARK: Feedback

    private var feedback: Route {
        Route(
            "POST", "/api/v1/feedback", access: .change,
            Operation(
                id: "sendFeedback", summary: "Say what a listener did with tracks",
                description: """
                    Played, skipped, liked, disliked: cooldowns and the profile of daily playlists live from it. All \
                    events are kept, or none; one that is known already changes nothing, and the answer says how many \
                    were. A run must be one of the listener's own that gave out the track, and a recommendation_id one that was given to the \
                    listener, by an answer to a request whose cooldown names it, or to nobody in particular, by any other.
                    """,
                body: .reference("FeedbackRequest"),
                answers: [.init(200, "They are kept.", .json(.reference("FeedbackAnswer")))],
                problems: [
                    404: "There is no such listener or track, or the run or recommendation was not this listener's.",
                    422: "A run, or a recommendation that is remembered, did not have a track that it is named for.",
                    503: "The database cannot be reached.",
                ])
        ) { call in
            let body = try FeedbackBody.parse(call.request.body, atMost: Self.maximumEvents, configuration)
            return .later {
                let events = try await resolved(body)
                let recorded = try await recorded(events, body)
                return .json(
                    JSON.object(of: [
                        "recorded": .integer(recorded), "known": .integer(events.count - recorded),
                    ]).bytes)
            }
        }
    }

    /// How many events are new.
    private func recorded(_ events: [Feedback], _ body: FeedbackBody) async throws -> Int {
        do {
            return try await access.store.record(events, of: body.listener)
        } catch let error as PlaylistError {
            guard let faults = Self.faults(error, in: events) else { throw error }
            var problem = Problem(error, retryAfter: configuration.retryAfterSeconds)
            problem.faults = Array(faults.prefix(configuration.maximumFaults))
            throw problem
        }
    }

    /// Where events refer to what the listener was not given.
    private static func faults(_ error: PlaylistError, in events: [Feedback]) -> [Fault]? {
        let (name, isMeant): (String, (Feedback) -> Bool)
        switch error {
        case .unknownRun(let id, _): (name, isMeant) = ("run", { $0.run == id })
        case .unknownRecommendation(let id, _): (name, isMeant) = ("recommendation_id", { $0.recommendation == id })
        case .notRecommended(let tracks, let id):
            (name, isMeant) = ("recommendation_id", { $0.recommendation == id && tracks.contains($0.track) })
        case .notInRun(let tracks, let id): (name, isMeant) = ("run", { $0.run == id && tracks.contains($0.track) })
        default: return nil
        }
        return events.indices.filter { isMeant(events[$0]) }
            .map { Fault(["events", String($0), name], .unknownName, error.description) }
    }

    private func resolved(_ body: FeedbackBody) async throws -> [Feedback] {
        var known: [ExternalID: TrackID] = [:]
        var faults: [Fault] = []
        var events: [Feedback] = []
        for (place, event) in body.events.enumerated() {
            if known[event.track] == nil {
                known[event.track] = try await TrackReference.internalID(of: event.track, in: access.catalog)
            }
            guard let track = known[event.track] else {
                faults.append(Fault(["events", String(place), "track"], .unknownName, "the catalog has no such track"))
                continue
            }
            events.append(
                Feedback(
                    track: track, kind: event.kind, moment: event.moment, recommendation: event.recommendation,
                    run: event.run, context: event.context))
        }
        guard faults.isEmpty else {
            let shown = Array(faults.prefix(configuration.maximumFaults))
            throw Problem(.unknownTrack, "the catalog does not have what errors lists; nothing was kept", faults: shown)
        }
        return events
    }
}

/// The body of feedback, checked field by field.
struct FeedbackBody {
    /// An event whose track is still to be found.
    struct Event {
        var track: ExternalID
        var kind: Feedback.Kind
        var moment: Date
        var recommendation: String?
        var run: PlaylistRunID?
        var context: String?
    }

    /// The longest context and recommendation id, in characters.
    static let longestName = 64
    /// How far a caller's clock may be ahead, in seconds.
    static let leeway = 300.0

    var listener: String
    var events: [Event]

    /// Reads a body.
    /// - Throws: `Problem` that lists every field at fault.
    static func parse(
        _ body: [UInt8], atMost limit: Int, _ configuration: APIConfiguration, now: Date = Date()
    ) throws(Problem) -> FeedbackBody {
        let members = try JSONBody.object(body, maximumDepth: configuration.maximumDepth)
        var reader = FieldReader(members)
        reader.refuse(namesOutside: ["listener", "events"])
        let listener = reader.listener()
        var faults = reader.faults
        var events: [Event] = []
        switch members["events"] {
        case .array(let list) where list.count > limit:
            faults.append(Fault(["events"], .tooMany, "\(list.count) elements; give at most \(limit)"))
        case .array(let list) where !list.isEmpty:
            for (place, value) in list.enumerated() { event(value, place, now, &faults).map { events.append($0) } }
        case .array, nil, .null?: faults.append(Fault(["events"], .missing, "no events; give one at least"))
        default: faults.append(Fault(["events"], .wrongType, "not a list"))
        }
        guard faults.isEmpty else { throw Problem(faults: faults, limit: configuration.maximumFaults) }
        return FeedbackBody(listener: listener, events: events)
    }

    private static func event(_ value: JSONValue, _ place: Int, _ now: Date, _ faults: inout [Fault]) -> Event? {
        let path = ["events", String(place)]
        guard case .object(let members) = value else {
            faults.append(Fault(path, .wrongType, "not an object; send {\"track\": …, \"kind\": …}"))
            return nil
        }
        var reader = FieldReader(members)
        reader.refuse(namesOutside: ["track", "kind", "at", "recommendation_id", "run", "context"])
        let track = self.track(&reader)
        let kind = reader.choice("kind", of: Feedback.Kind.self)
        if kind == nil, !reader.has("kind") { reader.note("kind", .missing, "missing; say what was done") }
        let moment = self.moment(&reader, now)
        let run = reader.whole("run", in: 1...Int.max).map { PlaylistRunID(rawValue: Int64($0)) }
        let (recommendation, context) = (shortText("recommendation_id", &reader), shortText("context", &reader))
        faults += reader.faults.map { $0.below(path) }
        guard reader.faults.isEmpty, let track, let kind else { return nil }
        return Event(
            track: track, kind: kind, moment: moment, recommendation: recommendation, run: run, context: context)
    }

    private static func track(_ reader: inout FieldReader) -> ExternalID? {
        guard let text = reader.text("track") else {
            if !reader.has("track") { reader.note("track", .missing, "missing; name a track") }
            return nil
        }
        do throws(ReferenceError) {
            let reference = try EntityReference(parsing: text)
            if reference.kind == .track { return reference.id }
            reader.note("track", .badReference, "names a \(reference.kind.rawValue); give a track")
        } catch {
            reader.note("track", .badReference, error.description)
        }
        return nil
    }

    private static func moment(_ reader: inout FieldReader, _ now: Date) -> Date {
        guard let text = reader.text("at") else { return now }
        guard let moment = Moment.date(text) else {
            reader.note("at", .outOfRange, "not a moment of ISO 8601 that there is, as in 2026-11-21T12:00:00Z")
            return now
        }
        if moment.timeIntervalSince1970 < 0 || moment.timeIntervalSince(now) > leeway {
            reader.note("at", .outOfRange, "before 1970, or still to come")
        }
        return moment
    }

    private static func shortText(_ name: String, _ reader: inout FieldReader) -> String? {
        guard let text = reader.text(name) else { return nil }
        if text.isEmpty || text.count > longestName || text.unicodeScalars.contains(where: { $0.value < 32 }) {
            reader.note(name, .outOfRange, "not a text of 1 to \(longestName) characters")
        }
        return text
    }
}

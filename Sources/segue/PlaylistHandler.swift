import API
import Catalog
import Configuration
import Foundation
import Jobs
import Playlists
import Sampling
import Storage

/// Gives playlists other tracks as a job, as `segue playlist reshuffle` does.
struct PlaylistHandler: JobHandler {
    /// What such a job may be asked: one of these.
    struct Payload: Decodable {
        /// Playlists by number.
        var playlists: [Int64]?
        /// All of a listener's.
        var listener: String?
        /// All.
        var all: Bool?
        /// A listener's daily one, made where there is none.
        var daily: String?

        /// Whether it asks for one thing.
        var isClear: Bool {
            [playlists != nil, listener != nil, all == true, daily != nil].count { $0 } == 1 && all != false
        }
    }

    /// How far a job has come.
    struct Checkpoint: Codable {
        var done: [Int64] = []
        var failures: [String: String] = [:]
    }

    let settings: Settings
    let store: PostgresStore
    let outside: OutsideWorld

    var kind: String { PlaylistAccess.jobKind }

    func check(_ payload: JobDocument) async throws {
        let asked = try asked(payload)
        guard asked.daily == nil else { return }
        let there = Set(try await PlaylistSelection.all.playlists(in: store))
        if let stranger = try await ids(asked).first(where: { !there.contains($0) }) {
            throw JobRefused(
                reason: "there is no playlist \(stranger.rawValue); `segue playlist list` shows what there is")
        }
    }

    private func asked(_ payload: JobDocument) throws(JobRefused) -> Payload {
        let asked = try payload.asked(
            as: Payload.self, members: ["playlists", "listener", "all", "daily"], form: Self.form)
        guard asked.isClear else { throw JobRefused(reason: "the payload is not \(Self.form)") }
        return asked
    }

    func run(_ job: Job, _ context: JobContext) async throws {
        let payload = try asked(job.payload)
        // One for all its runs, and for those of a further attempt.
        let together = PlaylistMaker.Options(batch: "job \(job.id)")
        let maker = try await PlaylistService(settings: settings, store: store, outside: outside).openMaker { _ in }
        if let listener = payload.daily {
            return try await attempt(listener) { _ = try await maker.daily(of: listener, together) }
        }
        var checkpoint = context.restored(as: Checkpoint.self) ?? Checkpoint()
        let ids = try await self.ids(payload)
        for (number, id) in ids.enumerated() where !checkpoint.done.contains(id.rawValue) {
            context.report(progress: Double(number) / Double(ids.count), message: "playlist \(id.rawValue)")
            do {
                try await attempt("playlist \(id.rawValue)") { _ = try await maker.reshuffle(id, together) }
            } catch let error as JobRefused {
                checkpoint.failures["\(id.rawValue)"] = error.reason
            }
            checkpoint.done.append(id.rawValue)
            try await context.checkpoint(checkpoint)
        }
        try context.record(checkpoint)
        if !ids.isEmpty, checkpoint.failures.count == ids.count {
            throw JobRefused(
                reason: checkpoint.failures.sorted { $0.key < $1.key }.map(\.value).joined(separator: "; "))
        }
    }

    /// What another attempt would not mend fails a playlist for good; a run that is under way is waited for.
    private func attempt(_ name: String, _ body: () async throws -> Void) async throws {
        do { try await body() } catch let error as PlaylistError {
            if case .runUnderWay = error {
                throw JobPostponed(until: Date(timeIntervalSinceNow: 15), reason: error.description)
            }
            throw JobRefused(reason: "\(name): \(error.description)")
        } catch let error as RecipeError {
            throw JobRefused(reason: "\(name): \(error.description)")
        }
    }

    private func ids(_ payload: Payload) async throws -> [PlaylistID] {
        if let numbers = payload.playlists {
            return try await PlaylistSelection.numbers(numbers.map(PlaylistID.init)).playlists(in: store)
        }
        if let listener = payload.listener {
            do { return try await PlaylistSelection.listener(listener).playlists(in: store) } catch let error
                as PlaylistError
            { throw JobRefused(reason: error.description) }
        }
        return try await PlaylistSelection.all.playlists(in: store)
    }

    private static let form =
        "one of {\"playlists\": [NUMBER]}, {\"listener\": \"NAME\"}, {\"all\": true}, {\"daily\": \"NAME\"}"
}

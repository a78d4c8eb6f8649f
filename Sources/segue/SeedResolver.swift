import Catalog
import Recommendation
import Storage
import Terminal

/// Finds out what the seeds on a command line mean: references where they are some, titles otherwise.
struct SeedResolver: Sendable {
    /// Seeds as a request takes them.
    struct Seeds: Sendable {
        var references: [EntityReference] = []
        /// The tracks of those that are no tracks themselves.
        var members: [EntityReference: [TrackID]] = [:]
    }

    let catalog: ServingCatalog
    let console: Console
    /// The most tracks that a seed may stand for.
    let limit: Int
    /// Opened only where a title, or a seed that is no track, needs it.
    let store: @Sendable () throws -> PostgresStore

    /// The most tracks that a person is asked to choose from.
    static let choices = 9

    /// What the texts mean, in their order.
    /// - Throws: `CommandFailure` where one means nothing, or the store's errors.
    ///
    /// - Parameter asWholes: whether a part of a playlist, whose taking-over never ended, is refused.
    func resolve(_ texts: [String], asWholes: Bool = true) async throws -> Seeds {
        var seeds = Seeds()
        for text in texts {
            let reference = try await resolve(text)
            if reference.kind != .track {
                if asWholes, try await store().isPartial(reference) {
                    throw CommandFailure(
                        "the catalog has only a part of \(reference); `segue ingest \(reference)` takes in the rest")
                }
                seeds.members[reference] = try await store().tracks(of: reference, limit: limit)
            }
            seeds.references.append(reference)
        }
        return seeds
    }

    /// A reference that names nothing may still be a title that looks like one.
    private func resolve(_ text: String) async throws -> EntityReference {
        do throws(ReferenceError) {
            let reference = try EntityReference(parsing: text)
            if isKnown(reference) || Self.isExplicit(text) { return reference }
        } catch {
            guard !Self.isExplicit(text) else { throw CommandFailure("\"\(text)\" is \(error.description)") }
        }
        return try await track(titled: text)
    }

    private func isKnown(_ reference: EntityReference) -> Bool {
        reference.kind != .track || catalog.track(reference.id) != nil
    }

    /// What nobody would write for a title.
    private static func isExplicit(_ text: String) -> Bool {
        text.contains("://")
            || ["spotify:", "isrc:", "segue:", "demo:", "mbid:", "tag:"].contains { text.hasPrefix($0) }
    }

    private func track(titled text: String) async throws -> EntityReference {
        let found = try await store().search(text, limit: 50, cursor: nil).tracks
        let candidates = distinct(found)
        guard let best = candidates.first else {
            let reason = found.isEmpty ? "resembles" : "is in the index and resembles"
            throw CommandFailure("no track of the catalog \(reason) \"\(text)\"; give another title, an id or a link")
        }
        let chosen = try Self.exact(text, candidates) ?? (candidates.count > 1 ? choose(text, candidates) : best)
        return EntityReference(kind: .track, id: ExternalID(namespace: "segue", value: "\(chosen.id.rawValue)"))
    }

    /// Tracks that can be compared, each recording once.
    private func distinct(_ tracks: [CatalogTrack]) -> [CatalogTrack] {
        var seen: Set<String> = []
        return tracks.filter { track in
            guard let handle = catalog.track(track.id), catalog.snapshot(handle).location(handle.row) != nil else {
                return false
            }
            return seen.insert(track.recordingKey ?? "#\(track.id.rawValue)").inserted
        }
    }

    /// The one track of exactly this title, so that nobody is asked about what is plain.
    private static func exact(_ text: String, _ candidates: [CatalogTrack]) -> CatalogTrack? {
        let wanted = RecordingKey.normalized(text)
        let matches = candidates.filter { $0.name.map(RecordingKey.normalized) == wanted }
        return matches.count == 1 ? matches.first : nil
    }

    private func choose(_ text: String, _ candidates: [CatalogTrack]) throws -> CatalogTrack {
        guard console.canAsk else {
            console.note("\"\(text)\" is taken for \(TrackLine(candidates[0]).text)")
            return candidates[0]
        }
        let shown = candidates.prefix(Self.choices)
        for (place, track) in shown.enumerated() {
            console.errors.line(StyledText("  \(place + 1)  ", .bold) + TrackLine(track).styled)
        }
        let reply = console.ask("Which one is \"\(Printable.text(text))\"? [1]")?.trimmed ?? ""
        if reply.isEmpty { return candidates[0] }
        guard let number = Int(reply), shown.indices.contains(number - 1) else {
            throw CommandFailure("\"\(reply)\" is none of 1 to \(shown.count)")
        }
        return shown[number - 1]
    }
}

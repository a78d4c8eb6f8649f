public import Catalog
internal import Foundation
internal import JSONText
internal import Recommendation
public import Sampling

/// Playlists and runs as JSON: the same over HTTP and on the command line.
public enum PlaylistDocuments {
    /// A list of playlists by number: those that recipes make, and those that rule sets keep up.
    public static func list(_ playlists: [MadePlaylist], kept: [RulePlaylist] = []) -> [UInt8] {
        let all =
            playlists.map { (number: $0.id.rawValue, json: json($0)) }
            + kept.map { (number: $0.id.rawValue, json: json($0)) }
        return JSON.object(of: ["playlists": .array(all.sorted { $0.number < $1.number }.map(\.json))]).bytes
    }

    /// A playlist with its tracks.
    public static func playlist(
        _ playlist: MadePlaylist, entries: [TrackID], tracks: [TrackID: CatalogTrack]
    ) -> [UInt8] {
        document(json(playlist), entries, tracks)
    }

    /// A playlist that a rule set keeps up, with its tracks.
    public static func playlist(
        _ playlist: RulePlaylist, entries: [TrackID], tracks: [TrackID: CatalogTrack]
    ) -> [UInt8] {
        document(json(playlist), entries, tracks)
    }

    private static func document(
        _ playlist: JSON, _ entries: [TrackID], _ tracks: [TrackID: CatalogTrack]
    ) -> [UInt8] {
        guard case .object(let members) = playlist else { return [] }
        return JSON.object(members + [.init(name: "tracks", value: .array(entries.map { entry($0, tracks) }))]).bytes
    }

    /// A run with its tracks and their reasons.
    public static func run(_ run: PlaylistRun, tracks: [TrackID: CatalogTrack]) -> [UInt8] { json(run, tracks).bytes }

    /// A page of runs.
    public static func runs(_ runs: [RunSummary], limit: Int) -> [UInt8] {
        let next = runs.count == limit ? runs.last?.run.id : nil
        return JSON.object(of: [
            "runs": .array(runs.map { .object(head($0.run, total: $0.total, new: $0.new, kept: $0.kept)) }),
            "next": next.map { .integer(Int($0.rawValue)) } ?? .null,
        ]).bytes
    }

    /// A page of what came and went.
    public static func history(
        _ changes: [PlaylistChange], tracks: [TrackID: CatalogTrack], limit: Int
    ) -> [UInt8] {
        let items = changes.map { change -> JSON in
            guard case .object(let members) = entry(change.track, tracks) else { return .null }
            return .object(
                [
                    .init(name: "change", value: .text(change.change)),
                    .init(name: "position", value: .integer(change.position)),
                    .init(name: "batch", value: .text(change.batch)), .init(name: "at", value: time(change.moment)),
                ] + members)
        }
        let next = changes.count == limit ? changes.last?.number : nil
        return JSON.object(of: ["changes": .array(items), "next": next.map { .integer(Int($0)) } ?? .null]).bytes
    }

    // MARK: Parts

    static func json(_ playlist: MadePlaylist) -> JSON {
        [
            "id": .integer(Int(playlist.id.rawValue)), "reference": .text("segue:playlist:\(playlist.id.rawValue)"),
            "name": .text(playlist.name), "listener": .text(playlist.listener), "kind": .text(playlist.kind.rawValue),
            "track_count": .integer(playlist.trackCount), "snapshot": playlist.snapshot.map { .text($0) } ?? .null,
            "last_run": playlist.lastRun.map { .integer(Int($0.rawValue)) } ?? .null,
            "created_at": time(playlist.createdAt), "updated_at": time(playlist.updatedAt),
            "recipe": json(playlist.recipe), "rule_set": .null,
        ]
    }

    static func json(_ playlist: RulePlaylist) -> JSON {
        [
            "id": .integer(Int(playlist.id.rawValue)), "reference": .text("segue:playlist:\(playlist.id.rawValue)"),
            "name": .text(playlist.name), "listener": .null, "kind": "rules",
            "track_count": .integer(playlist.trackCount), "snapshot": playlist.snapshot.map { .text($0) } ?? .null,
            "last_run": .null, "created_at": playlist.createdAt.map(time) ?? .null,
            "updated_at": playlist.updatedAt.map(time) ?? .null, "recipe": .null,
            "rule_set": playlist.ruleSet.map { .text($0) } ?? .null,
        ]
    }

    static func json(_ run: PlaylistRun, _ tracks: [TrackID: CatalogTrack]) -> JSON {
        let items = run.tracks.enumerated().map { place, item in json(item, place + 1, tracks) }
        return .object(
            head(run, total: run.total, new: run.newCount, kept: run.keptCount) + [
                .init(name: "recipe", value: json(run.recipe)), .init(name: "tracks", value: .array(items)),
            ])
    }

    private static func head(_ run: PlaylistRun, total: Int, new: Int, kept: Int) -> [JSON.Member] {
        let head: JSON = [
            "id": run.id.map { .integer(Int($0.rawValue)) } ?? .null,
            "playlist": run.playlist.map { .integer(Int($0.rawValue)) } ?? .null, "listener": .text(run.listener),
            "cause": .text(run.cause.rawValue), "batch": .text(run.batch), "status": .text(run.status.rawValue),
            "seed": .integer(Int(run.seed)), "snapshot": .text(run.snapshot), "started_at": time(run.startedAt),
            "finished_at": time(run.finishedAt),
            "statistics": [
                "total": .integer(total), "new": .integer(new), "reused": .integer(total - new),
                "kept": .integer(kept), "missing": .integer(run.missing),
            ],
            "relaxed": .array(run.report.relaxed.map(json)), "pool": json(run.report.pool),
            "sources": .array(run.report.sources.map(json)), "contexts": .array(run.report.contexts.map(json)),
            "problem": run.problem.map { .text($0) } ?? .null,
        ]
        guard case .object(let members) = head else { return [] }
        return members
    }

    private static func json(_ item: RunTrack, _ position: Int, _ tracks: [TrackID: CatalogTrack]) -> JSON {
        guard case .object(let members) = entry(item.track, tracks) else { return .null }
        let reason: JSON = [
            "score": .number(item.score),
            "terms": .array(item.terms.map { ["name": .text($0.name), "value": .number($0.value)] }),
            "origins": .texts(item.origins), "new": .bool(item.isNew), "kept": .bool(item.isKept),
            "recovery": .number(item.recovery), "relaxed": .texts(item.relaxed.map(\.rawValue)),
        ]
        guard case .object(let reasons) = reason else { return .null }
        return .object([.init(name: "position", value: .integer(position))] + members + reasons)
    }

    /// A track that is gone is known by its number alone.
    private static func entry(_ id: TrackID, _ tracks: [TrackID: CatalogTrack]) -> JSON {
        var track: JSON = .null
        if let known = tracks[id] {
            var bytes: [UInt8] = []
            TrackJSON.append(known, to: &bytes)
            track = .raw(bytes)
        }
        return ["track_id": .text("segue:\(id.rawValue)"), "track": track]
    }

    private static func json(_ relaxation: AppliedRelaxation) -> JSON {
        [
            "wish": .text(relaxation.wish.rawValue), "from": relaxation.from.map { .number($0) } ?? .null,
            "to": relaxation.to.map { .number($0) } ?? .null,
        ]
    }

    private static func json(_ pool: PoolCounts) -> JSON {
        [
            "candidates": .integer(pool.candidates), "after_duplicates": .integer(pool.afterDuplicates),
            "after_cooldown": .integer(pool.afterCooldown), "new": .integer(pool.new),
        ]
    }

    private static func json(_ source: OriginReport) -> JSON {
        [
            "name": .text(source.name), "candidates": .integer(source.candidates), "taken": .integer(source.taken),
            "problem": source.problem.map { .text($0) } ?? .null,
        ]
    }

    private static func json(_ context: ContextReport) -> JSON {
        [
            "name": .text(context.name), "tracks": .integer(context.tracks), "share": .number(context.share),
            "excluded": .bool(context.isExcluded), "taken": .integer(context.taken),
        ]
    }

    /// Whole numbers without a point, as they were written.
    private static func json(_ value: JSONValue) -> JSON {
        switch value {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .number(let number): Int(exactly: number).map { .integer($0) } ?? .number(number)
        case .string(let text): .text(text)
        case .array(let elements): .array(elements.map(json))
        case .object(let members):
            .object(members.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: json($0.value)) })
        }
    }

    private static func time(_ date: Date) -> JSON {
        .text(date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }
}

import Catalog
import Foundation
import Sampling
import Terminal

/// What a person reads about playlists and their runs.
enum PlaylistText {
    /// One row for each playlist.
    static func table(_ playlists: [MadePlaylist], _ kept: [RulePlaylist] = []) -> Table {
        var table = Table([
            .init("Playlist", .trailing), .init("Name", shrinksTo: 12), .init("Listener"), .init("Kind"),
            .init("Tracks", .trailing), .init("Made anew"), .init("Run", .trailing),
        ])
        for playlist in playlists {
            table.append([
                "\(playlist.id.rawValue)", playlist.name, playlist.listener, playlist.kind.rawValue,
                "\(playlist.trackCount)", JobText.time(playlist.updatedAt),
                playlist.lastRun.map { "\($0.rawValue)" } ?? "",
            ])
        }
        for playlist in kept {
            table.append([
                "\(playlist.id.rawValue)", playlist.name, "", "rules\(playlist.ruleSet.map { ": \($0)" } ?? "")",
                "\(playlist.trackCount)", playlist.updatedAt.map(JobText.time) ?? "", "",
            ])
        }
        return table
    }

    static func heading(_ playlist: RulePlaylist) -> StyledText {
        let keeper = playlist.ruleSet.map { "kept up by the rule set \($0)" } ?? "no rule set keeps it up any more"
        return StyledText(Printable.text(playlist.name), .bold)
            + StyledText("  \(keeper), segue:playlist:\(playlist.id.rawValue)", .dim)
    }

    /// One row for each track of a playlist without reasons.
    static func table(_ entries: [TrackID], _ tracks: [TrackID: CatalogTrack]) -> Table {
        var table = Table([.init("#", .trailing), .init("Track", shrinksTo: 20)])
        for (place, track) in entries.enumerated() {
            table.append(Table.Row([StyledText("\(place + 1)"), line(track, tracks)]))
        }
        return table
    }

    static func heading(_ playlist: MadePlaylist) -> StyledText {
        StyledText(playlist.name, .bold)
            + StyledText(
                "  \(playlist.kind.rawValue), of \(playlist.listener), segue:playlist:\(playlist.id.rawValue)", .dim)
    }

    /// One row for each run.
    static func table(_ runs: [RunSummary]) -> Table {
        var table = Table([
            .init("Run", .trailing), .init("Ended"), .init("Cause"), .init("Status"), .init("Tracks", .trailing),
            .init("New", .trailing), .init("Kept", .trailing), .init("Relaxed, or why not", shrinksTo: 16),
        ])
        for summary in runs {
            let run = summary.run
            let isDone = run.status == .done
            table.append(
                Table.Row([
                    StyledText(run.id.map { "\($0.rawValue)" } ?? ""), StyledText(JobText.time(run.finishedAt)),
                    StyledText(run.cause.rawValue),
                    StyledText(run.status.rawValue, .color(isDone ? .green : .red)), StyledText("\(summary.total)"),
                    StyledText("\(summary.new)"), StyledText("\(summary.kept)"),
                    StyledText(run.problem ?? run.report.relaxed.map(\.text).joined(separator: ", ")),
                ]))
        }
        return table
    }

    /// One row for each track that came or went.
    static func table(_ changes: [PlaylistChange], _ tracks: [TrackID: CatalogTrack]) -> Table {
        var table = Table([
            .init("When"), .init(""), .init("Track", shrinksTo: 16), .init("Place", .trailing), .init("By"),
        ])
        for change in changes {
            let isAdded = change.change == "added"
            table.append(
                Table.Row([
                    StyledText(JobText.time(change.moment)),
                    StyledText(isAdded ? "+" : "-", .color(isAdded ? .green : .red)),
                    line(change.track, tracks), StyledText("\(change.position + 1)"), StyledText(change.batch),
                ]))
        }
        return table
    }

    private static func line(_ id: TrackID, _ tracks: [TrackID: CatalogTrack]) -> StyledText {
        tracks[id].map { TrackLine($0).styled } ?? StyledText("segue:\(id.rawValue), which is gone", .dim)
    }

    // MARK: A run

    /// Writes a run: its tracks with their reasons, then how it came about.
    static func show(_ run: PlaylistRun, _ tracks: [TrackID: CatalogTrack], on output: TextOutput) {
        if !run.tracks.isEmpty { output.table(table(run, tracks)) }
        output.line()
        output.line(statistics(run))
        for line in lines(run) {
            for part in TextWrapping.lines(line, width: output.width ?? 120) { output.line(StyledText(part, .dim)) }
        }
    }

    private static func table(_ run: PlaylistRun, _ tracks: [TrackID: CatalogTrack]) -> Table {
        var table = Table([
            .init("#", .trailing), .init("Track", shrinksTo: 20), .init("New"), .init("Score", .trailing),
            .init("Why", shrinksTo: 16),
        ])
        for (place, item) in run.tracks.enumerated() {
            table.append(
                Table.Row([
                    StyledText("\(place + 1)"), line(item.track, tracks),
                    StyledText(item.isNew ? "new" : item.isKept ? "kept" : "", .color(.green)),
                    StyledText(score(item.score)), StyledText(reason(item), .dim),
                ]))
        }
        return table
    }

    /// Who offered a track, what counted besides, and what had to give way.
    private static func reason(_ item: RunTrack) -> String {
        let boosts = item.terms.dropFirst().map { "\($0.name) \($0.value < 0 ? "" : "+")\(score($0.value))" }
        let recovery = item.recovery < 1 ? ["recovered \(Int(item.recovery * 100))%"] : []
        let relaxed = item.relaxed.map { "despite \($0.rawValue)" }
        return ([item.origins.first ?? ""] + boosts + recovery + relaxed).joined(separator: "; ")
    }

    private static func score(_ value: Double) -> String {
        let hundredths = Int((abs(value) * 100).rounded())
        let fraction = hundredths % 100
        return "\(value < 0 && hundredths > 0 ? "-" : "")\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }

    /// How many tracks, and what became of them.
    static func statistics(_ run: PlaylistRun) -> StyledText {
        let number = run.id.map { "run \($0.rawValue)" } ?? "dry run, nothing was written"
        var text = "\(run.total) tracks, \(run.newCount) new, \(run.reusedCount) met before, \(run.keptCount) kept"
        if run.missing > 0 { text += ", \(run.missing) fewer than asked for" }
        return StyledText(text, .bold) + StyledText("  (\(number), seed \(run.seed))", .dim)
    }

    private static func lines(_ run: PlaylistRun) -> [String] {
        let pool = run.report.pool
        let steps = "\(pool.candidates) candidates → \(pool.afterDuplicates) recordings → \(pool.afterCooldown) rested"
        var lines = ["\(steps), \(pool.new) of them new"]
        if !run.report.relaxed.isEmpty {
            lines.append("relaxed: \(run.report.relaxed.map(\.text).joined(separator: ", "))")
        }
        for context in run.report.contexts {
            let state = context.isExcluded ? ", left out" : ", \(context.taken) taken"
            lines.append("taste: \(context.name), \(Int((context.share * 100).rounded()))%\(state)")
        }
        for source in run.report.sources {
            let problem = source.problem.map { ": \($0)" } ?? ", \(source.taken) taken of \(source.candidates)"
            lines.append("from \(source.name)\(problem)")
        }
        return lines
    }
}

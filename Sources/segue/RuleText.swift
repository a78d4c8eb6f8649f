import Catalog
import Foundation
import JSONText
import Rules
import Terminal

/// What a person reads about rule sets.
enum RuleText {
    /// One row for each rule set.
    static func table(_ sets: [RuleSet]) -> Table {
        var table = Table([
            .init("Rule set"), .init("Name", shrinksTo: 16), .init("Version", .trailing),
            .init("Conditions", .trailing),
            .init("Playlist", shrinksTo: 16), .init("Enabled"),
        ])
        for set in sets {
            let cells = [
                StyledText(set.id, .bold), StyledText(Printable.text(set.name)), StyledText("\(set.version)"),
                StyledText("\(set.root.conditionCount)"), StyledText(Printable.text(set.target?.key ?? "")),
                set.isEnabled ? StyledText("yes", .color(.green)) : StyledText("no", .dim),
            ]
            table.append(Table.Row(cells))
        }
        return table
    }

    /// One row for each version.
    static func table(_ versions: [RuleSetVersion]) -> Table {
        var table = Table([.init("Version", .trailing), .init("What"), .init("When"), .init("Name", shrinksTo: 16)])
        for version in versions {
            let what: StyledText =
                switch version.change {
                case .written: "written"
                case .rolledBack: StyledText("rolled back", .color(.yellow))
                case .removed: StyledText("removed", .color(.red))
                }
            table.append(
                Table.Row([
                    StyledText("\(version.version)"), what, StyledText(version.changedAt.formatted(.iso8601)),
                    StyledText(Printable.text(version.content["name"]?.string ?? "")),
                ]))
        }
        return table
    }

    /// Everything about a rule set.
    static func lines(_ set: RuleSet) -> [StyledText] {
        var lines = [
            StyledText(set.id, .bold) + StyledText(" version \(set.version), ") + StyledText(Printable.text(set.name))
        ]
        if !set.summary.isEmpty { lines.append(StyledText("  " + Printable.text(set.summary))) }
        if let target = set.target {
            lines.append(StyledText("  playlist \(target.key), at most \(target.limit) tracks"))
        }
        if !set.isEnabled { lines.append(StyledText("  disabled", .color(.yellow))) }
        return lines + tree(set.root, indent: 1)
    }

    private static func tree(_ group: RuleGroup, indent: Int) -> [StyledText] {
        let space = String(repeating: "  ", count: indent)
        var lines = [StyledText("\(space)\(group.match.rawValue) of", .color(.cyan))]
        for condition in group.conditions {
            lines.append(StyledText("\(space)  \(Printable.text(condition.field.name)) \(condition.op.rawValue)"))
        }
        return lines + group.groups.flatMap { tree($0, indent: indent + 1) }
    }

    /// What became of an attempt to store a rule set.
    static func line(_ change: RuleSetChange, _ set: RuleSet) -> StyledText {
        let (word, style): (String, Style) =
            switch change {
            case .created: ("new", .color(.green))
            case .unchanged: ("unchanged", .dim)
            default: ("changed", .color(.green))
            }
        return StyledText(word, style) + StyledText(" \(set.id), version \(set.version)")
    }
}

// What a person reads about the use of rule sets.
extension RuleText {
    /// One row for each condition.
    static func table(_ trace: RuleTrace) -> Table {
        var table = Table([
            .init("Place", shrinksTo: 20), .init("Condition", shrinksTo: 16), .init("Holds"), .init("Decided"),
            .init("Values", shrinksTo: 16),
        ])
        for step in trace.steps {
            let values = step.values.prefix(5).map { "\($0.words)" }.joined(separator: ", ")
            table.append(
                Table.Row([
                    StyledText(step.pointer), StyledText(Printable.text("\(step.field.name) \(step.op.rawValue)")),
                    step.holds ? StyledText("yes", .color(.green)) : StyledText("no", .color(.red)),
                    step.decided ? StyledText("*", .bold) : "",
                    step.values.isEmpty ? StyledText("missing", .dim) : StyledText(Printable.text(values)),
                ]))
        }
        return table
    }

    /// What a preview comes to.
    static func lines(_ preview: RuleSetPreview, of set: RuleSet) -> [StyledText] {
        let target = set.target.map { " for \(Printable.text($0.key))" } ?? ", no playlist"
        var lines = [
            StyledText(Printable.text(set.name), .bold)
                + StyledText(": \(GroupedNumber.text(preview.matching)) tracks match\(target)")
        ]
        var sum = StyledText("gain \(GroupedNumber.text(preview.gained.count))", .color(.green))
        sum += StyledText(", ")
        sum += StyledText("lose \(GroupedNumber.text(preview.lost.count + preview.lostUnknown))", .color(.red))
        sum += StyledText(", keep \(GroupedNumber.text(preview.kept.count))")
        if preview.unavailable > 0 {
            sum += StyledText(", \(preview.unavailable) unknown to the service", .color(.yellow))
        }
        lines.append(sum)
        return lines
    }

    /// One row for each track, with what would become of it.
    static func table(_ tracks: [(String, CatalogTrack)]) -> Table {
        var table = Table([
            .init(""), .init("Title", shrinksTo: 16), .init("Artists", shrinksTo: 16), .init("Year", .trailing),
            .init("Popularity", .trailing),
        ])
        for (part, track) in tracks {
            let mark: StyledText =
                switch part {
                case "gain": StyledText("+", .color(.green))
                case "lose": StyledText("-", .color(.red))
                default: " "
                }
            table.append(
                Table.Row([
                    mark, StyledText(Printable.text(track.name ?? "?")),
                    StyledText(Printable.text(track.artists.map(\.name).joined(separator: ", "))),
                    StyledText(track.year.map(String.init) ?? ""), StyledText(track.popularity.map(String.init) ?? ""),
                ]))
        }
        return table
    }

    static func json(_ preview: RuleSetPreview, _ limit: Int, _ tracks: [TrackID: CatalogTrack]) -> JSONValue {
        let part = { (count: Int, ids: [TrackID]) -> JSONValue in
            let listed = ids.prefix(limit).compactMap { tracks[$0] }.map { track -> JSONValue in
                .object([
                    "id": .string(track.externalIDs.first?.description ?? "segue:\(track.id.rawValue)"),
                    "name": track.name.map { .string($0) } ?? .null,
                    "artists": .array(track.artists.map { .string($0.name) }),
                ])
            }
            return .object(["count": .number(Double(count)), "tracks": .array(listed)])
        }
        return .object([
            "matching": .number(Double(preview.matching)), "unavailable": .number(Double(preview.unavailable)),
            "gain": part(preview.gained.count, preview.gained),
            "lose": part(preview.lost.count + preview.lostUnknown, preview.lost),
            "keep": part(preview.kept.count, preview.kept),
        ])
    }

    /// What a classification comes to.
    static func tables(_ report: ClassifyHandler.Report) -> [Table] {
        var tables: [Table] = []
        if let found = report.classification {
            var shares = Table([
                .init("Rule set"), .init("Name", shrinksTo: 16), .init("Tracks", .trailing),
                .init("Only it", .trailing),
            ])
            for set in found.ruleSets {
                shares.append(
                    Table.Row([
                        StyledText(set.id, .bold), StyledText(Printable.text(set.name)),
                        StyledText(GroupedNumber.text(set.tracks)), StyledText(GroupedNumber.text(set.only)),
                    ]))
            }
            for (word, count) in [("in several", found.inSeveral), ("unmatched", found.unmatched)] {
                shares.append(
                    Table.Row([StyledText(word, .dim), "", StyledText(GroupedNumber.text(count)), ""]))
            }
            tables.append(shares)
        }
        guard !report.syncs.isEmpty else { return tables }
        var syncs = Table([
            .init("Playlist", shrinksTo: 16), .init("Added", .trailing), .init("Removed", .trailing),
            .init("Kept", .trailing), .init("Unknown", .trailing), .init("Trouble", shrinksTo: 16),
        ])
        for sync in report.syncs {
            let outcome = sync.outcome
            let counts = [outcome.added, outcome.removed, outcome.kept, outcome.unknown]
            syncs.append(
                Table.Row(
                    [StyledText(Printable.text(sync.target))] + counts.map { StyledText(GroupedNumber.text($0)) }
                        + [StyledText(Printable.text(sync.error ?? ""), .color(.red))]))
        }
        return tables + [syncs]
    }
}

extension RuleValue {
    /// The value as a person reads it.
    var words: String {
        switch self {
        case .number(let number):
            number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(RuleValue.written(number))"
        case .text(let text): text
        case .flag(let flag): flag ? "yes" : "no"
        case .date(let moment): Date(timeIntervalSince1970: moment).formatted(.iso8601)
        case .playlist(let name): name.description
        }
    }
}

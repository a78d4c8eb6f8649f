import IndexLifecycle
import Terminal

/// A generation as lists show it, whether or not its manifest can be read.
struct GenerationEntry: Encodable {
    var id: String
    var isCurrent: Bool
    var manifest: GenerationManifest?
    var problem: String?

    init(_ id: String, in directory: GenerationDirectory, current: String?) {
        self.id = id
        isCurrent = id == current
        do throws(GenerationError) {
            manifest = try directory.check(id, .lengths)
        } catch {
            problem = error.description
        }
    }
}

/// What a person reads about generations.
enum GenerationText {
    /// One row for each generation.
    static func table(_ entries: [GenerationEntry]) -> Table {
        var table = Table([
            .init(""), .init("Generation"), .init("Built at", shrinksTo: 10), .init("Tracks", .trailing),
            .init("Vectors", .trailing), .init("Lists", .trailing), .init("Probes", .trailing),
            .init("Recall", .trailing), .init("MB", .trailing), .init("State", shrinksTo: 8),
        ])
        for entry in entries { table.append(row(entry)) }
        return table
    }

    private static func row(_ entry: GenerationEntry) -> Table.Row {
        let mark = entry.isCurrent ? StyledText("▶", .color(.green)) : ""
        let name = StyledText(entry.id, entry.isCurrent ? .bold : .plain)
        guard let manifest = entry.manifest else {
            let blanks = Array(repeating: StyledText(""), count: 7)
            return Table.Row([mark, name] + blanks + [StyledText(entry.problem ?? "bad", .color(.red))])
        }
        let facts = [
            manifest.builtAt, GroupedNumber.text(manifest.tracks), GroupedNumber.text(manifest.vectors),
            manifest.nlist == 1 ? "exact" : "\(manifest.nlist)", manifest.nlist == 1 ? "" : "\(manifest.nprobe)",
            recall(manifest), megabytes(manifest),
        ]
        let state = StyledText(entry.isCurrent ? "serving" : "kept", entry.isCurrent ? .color(.green) : .dim)
        return Table.Row([mark, name] + facts.map { StyledText($0) } + [state])
    }

    /// A finished build in a few lines.
    static func lines(_ manifest: GenerationManifest) -> [StyledText] {
        let search =
            manifest.nlist == 1
            ? ["exact search"]
            : [
                "\(manifest.nlist) lists",
                probes(manifest.nprobe, manifest.recall), probes(manifest.deepProbes, manifest.deepRecall),
            ]
        let seconds = (manifest.buildSeconds * 10).rounded() / 10
        return [
            StyledText(manifest.id, .bold) + StyledText(" serves now"),
            StyledText(
                "  \(GroupedNumber.text(manifest.tracks)) tracks, \(GroupedNumber.text(manifest.vectors)) vectors of")
                + StyledText(" \(manifest.dimension) dimensions, \(megabytes(manifest)) MB, built in \(seconds) s"),
        ] + (search + judgement(manifest)).map { StyledText("  \($0)") }
    }

    private static func probes(_ probes: Int, _ recall: GenerationManifest.Recall) -> String {
        "\(probes) probed for recall@\(recall.k) \(rounded(recall.measured)) over \(recall.queries) queries (target "
            + "\(recall.target))"
    }

    private static func judgement(_ manifest: GenerationManifest) -> [String] {
        manifest.judgement.map { [$0.isPassed ? $0.summary : "published although \($0.summary)"] } ?? []
    }

    private static func recall(_ manifest: GenerationManifest) -> String {
        rounded(manifest.recall.measured)
    }

    private static func rounded(_ share: Double) -> String { "\((share * 10_000).rounded() / 10_000)" }

    private static func megabytes(_ manifest: GenerationManifest) -> String {
        let bytes = manifest.files.reduce(0) { $0 + $1.bytes }
        return "\((Double(bytes) / 1e5).rounded() / 10)"
    }
}

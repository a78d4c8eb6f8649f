import Features
import Recommendation
import Terminal

/// A recommendation as a person reads it: a table with reasons, then where the candidates went.
struct AnswerText: Sendable {
    let answer: RecommendationAnswer

    /// Columns that a bar may take.
    static let barWidth = 6
    /// The width from which the numbers stand beside the bars.
    static let roomyWidth = 110
    /// Seeds that are named one by one.
    static let seedsShown = 5

    /// Writes it.
    func show(on output: TextOutput) {
        for line in seedLines { output.line(line.truncated(to: output.width ?? .max)) }
        output.line()
        if answer.items.isEmpty {
            output.line(StyledText("No track is left under these rules.", .color(.yellow)))
        } else {
            output.table(table(isRoomy: (output.width ?? Self.roomyWidth) >= Self.roomyWidth))
            for line in legend(width: output.width ?? .max) { output.line(line) }
        }
        output.line()
        for line in TextWrapping.lines(poolText, width: output.width ?? 120) { output.line(StyledText(line, .dim)) }
    }

    private var seedLines: [StyledText] {
        let lines = answer.seeds.prefix(Self.seedsShown).map { seed in
            StyledText("Like ") + TrackLine(seed.track, in: answer.catalog).styled
                + StyledText("  known by \(seed.coverage.map(\.rawValue).joined(separator: ", "))", .dim)
        }
        let rest = answer.seeds.count - lines.count
        return rest > 0 ? lines + [StyledText("and \(GroupedNumber.text(rest)) more", .dim)] : lines
    }

    // MARK: Table

    /// Names of the parts that make a difference anywhere, the weightiest first.
    var parts: [String] {
        var sums: [String: Float] = [:]
        for part in answer.items.flatMap({ $0.explanation?.parts ?? [] }) {
            sums[part.name, default: 0] += abs(part.contribution)
        }
        let least = 0.005 * Float(answer.items.count)
        return sums.filter { $0.value >= least }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    }

    func table(isRoomy: Bool) -> Table {
        let parts = parts
        let columns =
            [
                Table.Column("#", .trailing), Table.Column("Track", shrinksTo: 16),
                Table.Column("Score", .trailing),
            ] + parts.map { Table.Column(PartText.title($0)) }
        var table = Table(columns)
        for (place, item) in answer.items.enumerated() {
            let cells =
                [
                    StyledText("\(place + 1)", .dim), TrackLine(item.track, in: answer.catalog).styled,
                    StyledText(Self.decimal(item.score, digits: 4)),
                ] + parts.map { bar($0, of: item, isRoomy: isRoomy) }
            table.append(Table.Row(cells, note: item.explanation?.text ?? ""))
        }
        return table
    }

    private func bar(_ part: String, of item: RecommendationAnswer.Item, isRoomy: Bool) -> StyledText {
        let contribution = item.explanation?.parts.first { $0.name == part }?.contribution ?? 0
        let text = Bar.text(Double(abs(contribution) / largest), width: Self.barWidth)
        let color = contribution < 0 ? .red : PartText.color(part)
        let bar = StyledText(
            DisplayWidth.padded((contribution < 0 ? "-" : "") + text, to: Self.barWidth), .color(color))
        return isRoomy ? bar + StyledText(" " + Self.decimal(contribution, digits: 2), .dim) : bar
    }

    /// What a full bar stands for: the same in all columns, so that bars can be compared across them.
    private var largest: Float {
        let all = answer.items.flatMap { $0.explanation?.parts ?? [] }.map { abs($0.contribution) }
        return max(all.max() ?? 0, .leastNormalMagnitude)
    }

    /// What the columns of bars compare, as many on a line as fit.
    private func legend(width: Int) -> [StyledText] {
        var lines: [StyledText] = []
        for part in parts {
            let entry =
                StyledText("█ ", .color(PartText.color(part)))
                + StyledText("\(PartText.title(part)): \(PartText.meaning(part))", .dim)
            if let last = lines.last, last.width + 2 + entry.width <= width {
                lines[lines.count - 1] = last + StyledText("  ") + entry
            } else {
                lines.append(entry)
            }
        }
        return lines
    }

    static func decimal(_ number: Float, digits: Int) -> String {
        let factor = digits == 4 ? 10_000 : 100
        let scaled = Int((Double(number) * Double(factor)).rounded())
        let fraction = String(abs(scaled) % factor)
        let zeros = String(repeating: "0", count: digits - fraction.count)
        return "\(scaled < 0 ? "-" : "")\(abs(scaled) / factor).\(zeros)\(fraction)"
    }

    // MARK: Pool

    var poolText: String {
        let pool = answer.pool
        let steps: [(Int, String)] = [
            (pool.searched, "compared"), (pool.candidates, "candidates"), (pool.afterRules, "within the rules"),
            (pool.afterDuplicates, "without duplicates"), (pool.afterArtistCap, "within the artist cap"),
            (pool.returned, "returned"),
        ]
        let counts = steps.map { "\(GroupedNumber.text($0.0)) \($0.1)" }.joined(separator: " → ")
        let relaxed = pool.relaxed.isEmpty ? "" : "; relaxed: \(pool.relaxed.joined(separator: ", "))"
        let tracks = GroupedNumber.text(answer.generation.tracks)
        return "\(counts)\(relaxed) (generation \(answer.generation.id), \(tracks) tracks)"
    }
}

/// How the parts of a score are called and coloured.
enum PartText {
    /// The heading of a part's column.
    static func title(_ part: String) -> String {
        switch Part(part) {
        case .block(.audio): "Sound"
        case .block(.artistAudio): "Style"
        case .block(.artist): "Artist"
        case .block(.era): "Era"
        case .block(.structure): "Timbre"
        case .block(.sound): "Audio"
        case .block(.listeners): "Lists"
        case .term(.popularity): "Fame"
        case .term(.sameArtist): "Same"
        case .term(.closestSeed): "Closest"
        case .term(.target), nil: "Wishes"
        }
    }

    /// What the part compares.
    static func meaning(_ part: String) -> String {
        switch Part(part) {
        case .block(.audio): "audio features"
        case .block(.artistAudio): "the artist's usual sound"
        case .block(.artist): "same or similar artist"
        case .block(.era): "year"
        case .block(.structure): "timbre and structure"
        case .block(.sound): "the recording itself"
        case .block(.listeners): "on the same playlists"
        case .term(.popularity): "as well known as the seeds"
        case .term(.sameArtist): "by the seeds' artist"
        case .term(.closestSeed): "close to one seed in particular"
        case .term(.target), nil: "the values asked for"
        }
    }

    static func color(_ part: String) -> Style.Color {
        switch Part(part) {
        case .block(.audio), .block(.sound): .green
        case .block(.artistAudio), .term(.target), nil: .cyan
        case .block(.artist), .term(.sameArtist): .magenta
        case .block(.era), .term(.popularity): .yellow
        case .block(.structure), .block(.listeners), .term(.closestSeed): .blue
        }
    }

    /// A part of a score by its name.
    private enum Part {
        case block(Block)
        case term(ScoreTerm)

        init?(_ name: String) {
            if let block = Block(rawValue: name) {
                self = .block(block)
            } else if let term = ScoreTerm(rawValue: name) {
                self = .term(term)
            } else {
                return nil
            }
        }
    }
}

/// Decides when progress is worth a line and what the line says; knows no clock and no stream.
///
/// Nothing is shown in the first second. After it a terminal's line is redrawn ten times a second; elsewhere a plain
/// line comes every five seconds, and only where there is something new to say.
struct ProgressMeter: Sendable {
    let label: String
    let unit: String
    let isTerminal: Bool
    private(set) var completed = 0
    private(set) var total: Int?
    private var lastShown: Double?
    private var lastSaid: String?

    init(label: String, unit: String, total: Int?, isTerminal: Bool) {
        self.label = label
        self.unit = unit
        self.total = total
        self.isTerminal = isTerminal
    }

    /// Whether anything has been shown, so that there is something to finish.
    var hasShown: Bool { lastShown != nil }

    /// Takes a new count in, `seconds` after the start; the line to show, or nil where it is not time yet.
    mutating func update(completed: Int, total: Int?, seconds: Double, width: Int) -> String? {
        self.completed = completed
        self.total = total ?? self.total
        guard seconds >= 1, seconds - (lastShown ?? -.infinity) >= (isTerminal ? 0.1 : 5) else { return nil }
        guard isTerminal || counts != lastSaid else { return nil }
        (lastShown, lastSaid) = (seconds, counts)
        return line(seconds: seconds, width: width)
    }

    /// The line that a stream without a terminal ends with; nil where the last one said as much.
    func lastLine(seconds: Double) -> String? {
        hasShown && counts != lastSaid ? line(seconds: seconds, width: 80) : nil
    }

    /// The line for now: a bar where a terminal shows it and the total is known, counts, rate and time left.
    func line(seconds: Double, width: Int) -> String {
        let rate = seconds > 0 ? Double(completed) / seconds : 0
        var parts = [counts]
        if rate > 0 { parts.append("\(GroupedNumber.text(Int(rate.rounded()))) \(unit)/s") }
        if let total, rate > 0, total > completed {
            parts.append("\(Self.duration(Double(total - completed) / rate)) left")
        }
        let text = parts.joined(separator: ", ")
        guard isTerminal, let total, total > 0 else { return "\(label): \(text)" }
        let room = min(30, width - DisplayWidth.of(label) - DisplayWidth.of(text) - 10)
        guard room >= 5 else { return DisplayWidth.truncated("\(label): \(text)", to: width) }
        let share = Double(completed) / Double(total)
        let bar = DisplayWidth.padded(Bar.text(share, width: room), to: room)
        return "\(label) ▕\(bar)▏ \(Int((100 * min(share, 1)).rounded(.down)))% \(text)"
    }

    private var counts: String {
        let done = GroupedNumber.text(completed)
        guard let total else { return "\(done) \(unit)" }
        return "\(done) of \(GroupedNumber.text(total)) \(unit)"
    }

    /// `45s`, `3m05s`, `2h03m`.
    static func duration(_ seconds: Double) -> String {
        let whole = Int(min(max(seconds, 0), 359_999).rounded(.up))
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if whole < 60 { return "\(whole)s" }
        if whole < 3_600 { return "\(whole / 60)m\(two(whole % 60))s" }
        return "\(whole / 3_600)h\(two(whole / 60 % 60))m"
    }
}

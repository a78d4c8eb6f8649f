/// One of the five fields of a cron expression: the numbers that it lets pass.
struct CronField: Sendable, Hashable {
    /// What a field is called, which numbers it may hold, and names for them.
    struct Kind: Sendable {
        let name: String
        let range: ClosedRange<Int>
        /// Names of the numbers from the range's first one on.
        var names: [String] = []

        static let minute = Kind(name: "minute", range: 0...59)
        static let hour = Kind(name: "hour", range: 0...23)
        static let day = Kind(name: "day of the month", range: 1...31)
        static let month = Kind(
            name: "month", range: 1...12,
            names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
        /// 7 is Sunday as well as 0.
        static let weekday = Kind(
            name: "day of the week", range: 0...7, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"])

        func number(_ text: Substring) throws(CronError) -> Int {
            let number = names.firstIndex(of: text.lowercased()).map { $0 + range.lowerBound } ?? Int(text)
            guard let number, range.contains(number), text.first != "+", text.first != "-" else {
                let words = names.isEmpty ? "" : " or a name such as \(names[0])"
                throw CronError("\"\(text)\" is no \(name): \(range.lowerBound) to \(range.upperBound)\(words)")
            }
            return number
        }
    }

    /// The numbers that pass, as bits.
    private var bits: UInt64 = 0
    /// Whether the field begins with an asterisk, which is how cron tells "any" from numbers.
    let isStar: Bool

    /// Reads a list of numbers, ranges and steps: `1,5-9,*/15,mon-fri`.
    init(_ text: Substring, _ kind: Kind) throws(CronError) {
        isStar = text.first == "*"
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            bits |= try Self.bits(part, kind)
        }
        if kind.name == Kind.weekday.name, contains(7) { bits |= 1 }
    }

    func contains(_ number: Int) -> Bool { bits >> UInt64(number) & 1 == 1 }

    /// The numbers of a range that pass, ascending.
    func numbers(in range: ClosedRange<Int>) -> [Int] { range.filter(contains) }

    private static func bits(_ text: Substring, _ kind: Kind) throws(CronError) -> UInt64 {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let base = parts.first, !base.isEmpty else {
            throw CronError("the field for the \(kind.name) has an empty part")
        }
        var step = 1
        if parts.count == 2 {
            guard let number = Int(parts[1]), number > 0, parts[1].first != "+" else {
                throw CronError("\"\(parts[1])\" is no step of the \(kind.name): a whole number from 1")
            }
            step = number
        }
        let range = try range(base, hasStep: parts.count == 2, kind)
        return stride(from: range.lowerBound, through: range.upperBound, by: step).reduce(0) { $0 | 1 << UInt64($1) }
    }

    /// `*`, a number, a number with a step (from there to the end), or a range.
    private static func range(
        _ text: Substring, hasStep: Bool, _ kind: Kind
    ) throws(CronError) -> ClosedRange<Int> {
        // Seven days from Sunday on: the second Sunday would make steps count it twice.
        let last = kind.name == Kind.weekday.name ? 6 : kind.range.upperBound
        if text == "*" { return kind.range.lowerBound...last }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let first = try kind.number(ends[0])
        guard ends.count == 2 else { return first...(hasStep ? max(first, last) : first) }
        let end = try kind.number(ends[1])
        guard first <= end else {
            throw CronError("the range \(text) of the \(kind.name) goes backwards; write it as a list of two")
        }
        return first...end
    }
}

/// Why a text is no cron expression, in words to follow the text.
public struct CronError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, with the mend.
    public let description: String

    init(_ description: String) { self.description = description }
}

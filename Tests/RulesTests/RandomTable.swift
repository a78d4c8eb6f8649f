import Catalog
import Rules

/// A table of many words of rows, with values missing, tied and at bounds; it notes how much it is asked.
final class RandomTable: RuleColumns {
    /// The same numbers for the same seed (SplitMix64).
    struct Generator: RandomNumberGenerator {
        private var state: UInt64

        init(seed: UInt64) { state = seed }

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    static let texts = ["blue", "blue monday", "monday", "кино", "東京", "e", "ss", "a.*b", "%", "\u{1f3b5} note"]
    static let numbers: [Float] = [0, 0.25, 0.5, 1, 1999, 2020, -0.0, .leastNonzeroMagnitude, 16_777_216]

    let rowCount: Int
    let energies: [Float?]
    let years: [Float?]
    let names: [String?]
    let artists: [[String]]
    let explicits: [Bool?]
    /// How many rows each field was asked about, by name.
    private(set) var asked: [String: Int] = [:]

    init(rows: Int, seed: UInt64) {
        var draw = Generator(seed: seed)
        func maybe<Value>(_ values: [Value]) -> Value? {
            Int.random(in: 0..<5, using: &draw) == 0 ? nil : values.randomElement(using: &draw)
        }
        rowCount = rows
        energies = (0..<rows).map { _ in maybe(Self.numbers) }
        years = (0..<rows).map { _ in maybe([1999, 2000, 2020]) }
        names = (0..<rows).map { _ in maybe(Self.texts) }
        artists = (0..<rows).map { _ in
            (0..<Int.random(in: 0...3, using: &draw)).compactMap { _ in Self.texts.randomElement(using: &draw) }
        }
        explicits = (0..<rows).map { _ in maybe([true, false]) }
    }

    private func note(_ name: String, _ rows: RowSet) { asked[name, default: 0] += rows.count }

    private func number(_ field: NumberField, _ row: Int) -> Float? {
        switch field {
        case .feature(.energy): energies[row]
        case .year: years[row]
        default: nil
        }
    }

    func texts(_ field: TextField, _ row: Int) -> [String] {
        switch field {
        case .name: names[row].map { [$0] } ?? []
        case .artist: artists[row]
        case .album, .genre: []
        }
    }

    func rows(where field: NumberField, in ranges: [NumberRange], among rows: RowSet) -> RowSet {
        note(field.name, rows)
        return RowSet(among: rows) { row in
            number(field, row).map { number in ranges.contains { $0.contains(Double(number)) } } ?? false
        }
    }

    func rows(having field: NumberField, among rows: RowSet) -> RowSet {
        note(field.name, rows)
        return RowSet(among: rows) { number(field, $0) != nil }
    }

    func rows(where field: TextField, _ match: TextMatch, among rows: RowSet) -> RowSet {
        note(field.rawValue, rows)
        return RowSet(among: rows) { texts(field, $0).contains { match.fits($0) } }
    }

    func rows(having field: TextField, among rows: RowSet) -> RowSet {
        note(field.rawValue, rows)
        return RowSet(among: rows) { !texts(field, $0).isEmpty }
    }

    func rows(explicit: Bool, among rows: RowSet) -> RowSet {
        note("explicit", rows)
        return RowSet(among: rows) { explicits[$0] == explicit }
    }

    func rows(of tracks: [TrackID]) -> RowSet { RowSet(rowCount: rowCount) }

    /// What is known of a row, for a rule in memory.
    func facts(_ row: Int) -> RuleFacts {
        var facts = RuleFacts()
        facts.set(.number(.feature(.energy)), energies[row].map(Double.init))
        facts.set(.number(.year), years[row].map(Double.init))
        facts.set(.text(.name), texts(.name, row))
        facts.set(.text(.artist), texts(.artist, row))
        facts.set(.explicit, flag: explicits[row])
        return facts
    }
}

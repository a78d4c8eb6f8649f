import Catalog
import ColumnFile
import Features
import Foundation
import Recommendation
import Rules
import Terminal

/// `segue-bench rules`: how long the bitmap of a rule over the columns of an index takes.
struct RulesCommand: Sendable {
    let console: Console
    private let count = Option(
        "--tracks", "COUNT", .integer(in: 1...10_000_000), "Tracks of the made-up catalog (default: 1000000)")
    private let repeats = Option(
        "--repeats", "COUNT", .integer(in: 1...1_000), "Times that each rule is asked (default: 9)")

    private let columns = Option(
        "--columns", "FILE", .text, "Write the catalog's columns as CSV, for others to ask the same")
    private let serves = Flag(
        "--serve", "Answer each line of standard input, all or any, with the time that ten conditions took")

    init(console: Console) { self.console = console }

    var command: Command {
        Command(
            "rules", "Measures the bitmap of rules over the columns of an index",

            options: [count.description, repeats.description, columns.description, serves.description], action: run)
    }

    /// What is measured: conditions by themselves, and ten of them together.
    static let rules: [(name: String, json: String)] = {
        let conditions: [(String, String)] = [
            ("energy between", #"{"field":"energy","op":"between","value":[0.1,0.9]}"#),
            ("year gte", #"{"field":"year","op":"gte","value":1970}"#),
            ("popularity gt", #"{"field":"popularity","op":"gt","value":5}"#),
            ("tempo in list", #"{"field":"tempo","op":"not_in","value":[90,100,110]}"#),
            ("explicit ne", #"{"field":"explicit","op":"ne","value":true}"#),
            ("genre in", #"{"field":"genre","op":"in","value":["genre 1","genre 2","genre 3","genre 4","genre 5"]}"#),
            ("artist not_contains", #"{"field":"artist","op":"not_contains","value":"99"}"#),
            ("name contains", #"{"field":"name","op":"contains","value":"a"}"#),
            ("album starts_with", #"{"field":"album","op":"starts_with","value":"album"}"#),
            ("duration lt", #"{"field":"duration","op":"lt","value":"6:00"}"#),
        ]
        let all = conditions.map(\.1).joined(separator: ",")
        return conditions.map { ($0.0, #"{"match":"all","conditions":[\#($0.1)]}"#) } + [
            ("ten conditions, all", #"{"match":"all","conditions":[\#(all)]}"#),
            ("ten conditions, any", #"{"match":"any","conditions":[\#(all)]}"#),
        ]
    }()

    @Sendable private func run(_ invocation: Invocation) async throws -> ExitStatus {
        let count = invocation[count] ?? 1_000_000
        if let path = invocation[columns] { try RuleColumnsTable.write((0..<count).map(Self.track), to: path) }
        let snapshot = try Self.snapshot(count)
        guard !invocation[serves] else { return try serve(snapshot) }
        for rule in Self.rules {
            let group = try RuleGroup(parsing: rule.json)
            var (times, matching): ([Double], Int) = ([], 0)
            for _ in 0..<(invocation[repeats] ?? 9) {
                let started = ContinuousClock.now
                matching = try group.rows(in: snapshot).count
                times.append((ContinuousClock.now - started) / .milliseconds(1))
            }
            let line = Line(
                rule: rule.name, tracks: snapshot.rowCount, matching: matching, median: times.sorted()[times.count / 2])
            console.output.write(String(decoding: try JSONEncoder().encode(line), as: UTF8.self) + "\n")
        }
        return .success
    }

    /// One question at a time, so that whoever compares can take turns.
    private func serve(_ snapshot: CatalogSnapshot) throws -> ExitStatus {
        say(#"{"rows":\#(snapshot.rowCount)}"#)
        while let word = readLine() {
            guard let rule = Self.rules.first(where: { $0.name == "ten conditions, \(word)" }) else {
                throw BenchFailure("\(word) is neither all nor any")
            }
            let group = try RuleGroup(parsing: rule.json)
            let started = ContinuousClock.now
            let matching = try group.rows(in: snapshot).count
            let seconds = (ContinuousClock.now - started) / .seconds(1)
            say(#"{"seconds":\#(seconds),"matching":\#(matching)}"#)
        }
        return .success
    }

    private func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

    private struct Line: Encodable {
        var rule: String
        var tracks: Int
        var matching: Int
        /// Milliseconds.
        var median: Double

        private enum CodingKeys: String, CodingKey {
            case rule, tracks, matching
            case median = "median_ms"
        }
    }

    /// Facts of so many tracks in memory, by a tenth as many artists.
    static func snapshot(_ count: Int) throws -> CatalogSnapshot {
        var facts = try SnapshotBuilder(spoolingInto: nil)
        var columns = try SpaceColumnsBuilder(spoolingInto: nil)
        for number in 0..<count {
            try facts.append(track(number))
            try columns.append(location: nil, coverage: Coverage(), familiarity: 0)
        }
        return try CatalogSnapshot(facts: facts.columnFile(), space: columns.columnFile())
    }

    static func track(_ number: Int) -> CatalogTrack {
        var draw = SplitMix64(seed: UInt64(number))
        var features = AudioFeatures()
        for feature in AudioFeature.allCases {
            let range = feature.range
            features[feature] = Float.random(in: range.lowerBound...min(range.upperBound, 250), using: &draw)
        }
        let artist = Int.random(in: 0..<(number / 10 + 1), using: &draw)
        return CatalogTrack(
            id: TrackID(rawValue: Int64(number + 1)), externalIDs: [],
            name: "Title \(number) of a made-up track",
            artists: [.init(id: ArtistID(rawValue: Int64(artist)), name: "Artist \(artist)")],
            album: "Album \(number / 12)", year: Int.random(in: 1950...2026, using: &draw),
            duration: Int.random(in: 90_000...420_000, using: &draw), popularity: Int.random(in: 0...100, using: &draw),
            explicit: Bool.random(using: &draw), genres: ["genre \(number % 40)"], features: features)
    }
}

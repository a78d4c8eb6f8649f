extension TrainBenchmark {
    /// The sizes of a run.
    struct Options: Equatable {
        var tracks = 220_000
        var playlists = 5_000
        var entries = 200_000
        var threads = 2
        var sweeps = 10
        var export: String?

        /// Reads the words behind `train`.
        /// - Throws: `BenchUsageError` that names the word at fault.
        init(_ words: [String]) throws {
            var rest = words[...]
            while let name = rest.popFirst() {
                guard let value = rest.popFirst() else {
                    throw BenchUsageError(description: "\(name) needs a value\n\(BenchProgram.usage)")
                }
                try set(name, value)
            }
        }

        private mutating func set(_ name: String, _ value: String) throws {
            func number(_ range: ClosedRange<Int>) throws -> Int {
                guard let number = Int(value), range.contains(number) else {
                    throw BenchUsageError(
                        description:
                            "\(name) takes a number from \(range.lowerBound) to \(range.upperBound), not \(value)")
                }
                return number
            }
            switch name {
            case "--tracks": tracks = try number(1...10_000_000)
            case "--playlists": playlists = try number(0...10_000_000)
            case "--entries": entries = try number(0...1_000_000_000)
            case "--threads": threads = try number(1...256)
            case "--sweeps": sweeps = try number(1...1_000)
            case "--export": export = value
            default: throw BenchUsageError(description: "unknown option \(name)\n\(BenchProgram.usage)")
            }
        }
    }
}

internal import Foundation

/// The command line of `segue-bench`: which benchmark to run, and what to say where the words are wrong.
enum BenchProgram {
    static let usage = """
        usage: segue-bench train [--tracks N] [--playlists P] [--entries E] [--threads T] [--sweeps S] [--export FILE]

        Makes a synthetic catalog (the demo generator's), trains a feature space on it, and prints one line of JSON:
        seconds by stage, peak memory in MiB, and the number of playlist entries.
          --tracks     tracks of the catalog (220000)
          --playlists  playlists (5000)
          --entries    playlist entries, about (200000)
          --threads    threads that solve factors (2)
          --sweeps     sweeps of the factorization (10)
          --export     also write the (playlist, track) pairs, as pairs of little-endian 32-bit integers
        """

    /// Runs a command line and ends the process with 0, 1 (failed) or 2 (usage).
    static func run(_ words: [String]) {
        do {
            guard words.first == "train" else { throw BenchUsageError(description: usage) }
            let options = try TrainBenchmark.Options(Array(words.dropFirst()))
            print(try TrainBenchmark(options: options).run())
        } catch let error as BenchUsageError {
            end(error.description, status: 2)
        } catch {
            end("segue-bench: \(error)", status: 1)
        }
    }

    private static func end(_ message: String, status: Int32) {
        FileHandle.standardError.write(Data("\(message)\n".utf8))
        exit(status)
    }
}

/// What is wrong with a command line.
struct BenchUsageError: Error, CustomStringConvertible {
    var description: String
}

import Foundation
import Terminal

/// `segue-bench vectors`: the vector index alone, driven line by line from standard input.
///
/// One JSON object a line in, one out, as `benchmarks/harness/worker.py` says; peers speak the same, so that everyone
/// is measured by the same hand.
struct VectorsCommand: Sendable {
    let console: Console

    var command: Command {
        Command(
            "vectors", "Builds and searches a vector index as standard input says",
            discussion: "One JSON object a line: {\"do\": \"build\" | \"open\" | \"search\" | \"filtered\", …}.",
            action: run)
    }

    @Sendable private func run(_ invocation: Invocation) async throws -> ExitStatus {
        var session = VectorsSession()
        while let line = readLine() { console.output.write(session.answer(line) + "\n") }
        return .success
    }
}

/// A line of standard input.
struct VectorsOrder: Decodable {
    enum Deed: String, Decodable {
        case build
        case open
        case search
        case filtered
    }

    /// How a filter is kept.
    enum Way: String, Decodable {
        /// As a bitmap inside the scan of `effort` lists.
        case inside
        /// By a wider search of `effort` lists, of whose findings the admitted ones are kept.
        case after
        /// By comparing each admitted vector.
        case direct
        /// As the service does it: `effort` lists for a search without a filter, more the less it admits.
        case service
    }

    enum CodingKeys: String, CodingKey {
        case deed = "do"
        case base, file, queries, admitted, out, count, dimension, nlist, k, effort, threads, way
    }

    var deed: Deed
    /// File of `count` x `dimension` floats to index.
    var base: String?
    /// File that a build is saved to, and that opening reads.
    var file: String?
    /// File of `count` x `dimension` floats to search for.
    var queries: String?
    /// File of the ids that a filter admits.
    var admitted: String?
    /// File that receives `count` x `k` ids, -1 where there are fewer.
    var out: String?
    var count: Int?
    var dimension: Int?
    var nlist: Int?
    var k: Int?
    /// nprobe.
    var effort: Int?
    var threads: Int?
    var way: Way?
}

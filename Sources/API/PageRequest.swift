internal import Foundation
internal import HTTPServer

/// Which page of a listing is asked for.
struct PageRequest: Sendable, Equatable {
    /// What to look for; nil for everything.
    let text: String?
    /// How many entries.
    let limit: Int
    /// Where the page before ended; nil for the first.
    let cursor: String?

    /// Reads `q`, `limit` and `cursor`.
    /// - Throws: `Problem` that lists every parameter at fault.
    init(_ request: HTTPRequest, _ configuration: APIConfiguration) throws(Problem) {
        var faults: [Fault] = []
        let text = request.query("q")?.trimmingCharacters(in: .whitespacesAndNewlines)
        self.text = text?.isEmpty ?? true ? nil : text
        cursor = request.query("cursor")
        let limit = request.query("limit")
        self.limit = limit.map { Int($0) ?? 0 } ?? configuration.pageSize
        if !(1...configuration.maximumPageSize).contains(self.limit) {
            let mend = "not a whole number between 1 and \(configuration.maximumPageSize)"
            faults.append(Fault(parameter: "limit", .outOfRange, mend))
        }
        for (name, value) in [("q", text), ("cursor", cursor)] {
            guard let value, value.utf8.count > configuration.maximumQueryBytes else { continue }
            let mend = "longer than \(configuration.maximumQueryBytes) bytes"
            faults.append(Fault(parameter: name, .outOfRange, mend))
        }
        guard faults.isEmpty else { throw Problem(faults: faults, limit: configuration.maximumFaults) }
    }
}

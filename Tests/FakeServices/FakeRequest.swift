public import Foundation

/// A request as a fake received it.
public struct FakeRequest: Sendable {
    /// `GET`, `POST`, …
    public var method: String
    /// The path, decoded, without the query.
    public var path: String
    /// The query's names and values, decoded, in order.
    public var query: [(name: String, value: String)]
    /// Names in lower case.
    public var headers: [String: String]
    /// What was sent.
    public var body: Data

    /// The first value of a query parameter.
    public func value(_ name: String) -> String? { query.first { $0.name == name }?.value }

    /// A whole number in the query.
    public func number(_ name: String) -> Int? { value(name).flatMap { Int($0) } }

    /// The fields of a form body.
    public var form: [String: String] {
        let pairs = FakeRequest.pairs(String(decoding: body, as: UTF8.self))
        return Dictionary(pairs.map { ($0.name, $0.value) }) { first, _ in first }
    }

    /// The path's parts.
    public var segments: [String] { path.split(separator: "/").map(String.init) }

    static func pairs(_ text: String) -> [(name: String, value: String)] {
        text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { decoded($0) }
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
    }

    private static func decoded(_ text: Substring) -> String {
        let spaced = String(text).replacing("+", with: " ")
        return spaced.removingPercentEncoding ?? spaced
    }
}

extension FakeRequest {
    /// Reads a head; nil where it is no request.
    init?(head: String, body: Data = Data()) {
        let lines = head.components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count == 3 else { return nil }
        let target = words[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        method = String(words[0])
        path = String(target[0]).removingPercentEncoding ?? String(target[0])
        query = target.count > 1 ? Self.pairs(String(target[1])) : []
        let fields = lines.dropFirst().compactMap { line -> (String, String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (line[..<colon].lowercased(), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces))
        }
        headers = Dictionary(fields) { first, _ in first }
        self.body = body
    }
}

public import Foundation

/// What a fake answers.
public struct FakeResponse: Sendable {
    /// The status.
    public var status: Int
    /// Names and values besides length and connection.
    public var headers: [String: String]
    /// The body.
    public var body: Data

    /// An answer of any kind.
    public init(status: Int = 200, headers: [String: String] = [:], body: Data = Data()) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    /// An answer in JSON; `object` is what `JSONSerialization` takes.
    public static func json(_ object: Any, status: Int = 200, headers: [String: String] = [:]) -> FakeResponse {
        let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes, .fragmentsAllowed]
        let body = (try? JSONSerialization.data(withJSONObject: object, options: options)) ?? Data("null".utf8)
        let type = ["Content-Type": "application/json; charset=utf-8"]
        return FakeResponse(status: status, headers: type.merging(headers) { _, new in new }, body: body)
    }

    /// An answer in plain text.
    public static func text(_ text: String, status: Int = 200, type: String = "text/plain") -> FakeResponse {
        FakeResponse(status: status, headers: ["Content-Type": type], body: Data(text.utf8))
    }

    /// The first half of a page as if it were the last one; other answers as they are.
    var halved: FakeResponse {
        guard var page = (try? JSONSerialization.jsonObject(with: body)) as? [String: Any], page["total"] != nil,
            let items = page["items"] as? [Any]
        else { return self }
        (page["items"], page["next"]) = (Array(items.prefix(items.count / 2)), NSNull())
        return .json(page, status: status)
    }
}

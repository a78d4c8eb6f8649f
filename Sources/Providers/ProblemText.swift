import Foundation
import HTTPClient

/// What a service says of its refusal, in the shapes that services use.
enum ProblemText {
    private struct Shape: Decodable {
        struct Nested: Decodable {
            var message: String?
            var reason: String?
        }

        var error: Either?
        var message: String?
        var errorDescription: String?

        enum CodingKeys: String, CodingKey {
            case error, message
            case errorDescription = "error_description"
        }
    }

    private enum Either: Decodable {
        case text(String)
        case nested(Shape.Nested)
        case other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let nested = try? container.decode(Shape.Nested.self) {
                self = .nested(nested)
            } else {
                self = .other
            }
        }
    }

    /// At most 200 characters, printable, for logs and people; without the secrets of the call, which some services repeat.
    static func reason(in response: HTTPClientResponse, to call: ServiceCall) -> String {
        let fallback = "status \(response.status)"
        guard let shape = try? JSONDecoder().decode(Shape.self, from: Data(response.body)) else { return fallback }
        var parts: [String?] = [shape.message, shape.errorDescription]
        switch shape.error {
        case .text(let text): parts.insert(text, at: 0)
        case .nested(let nested): parts += [nested.message, nested.reason]
        case .other, nil: break
        }
        let text = parts.compactMap(\.self).joined(separator: ": ")
        return text.isEmpty ? fallback : "\(fallback): \(printable(text, to: call))"
    }

    /// What a service says to a call, the same way.
    static func printable(_ text: String, to call: ServiceCall) -> String {
        var text = text
        for secret in call.secrets { text.replace(secret, with: "…") }
        return printable(text)
    }

    private static func printable(_ text: String) -> String {
        String(text.prefix(200).map { $0.isNewline || $0.unicodeScalars.contains { $0.value < 32 } ? " " : $0 })
    }
}

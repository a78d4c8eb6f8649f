import Foundation

/// A JSON object whose members are all different, as tokens demand.
///
/// JSON leaves open which of two members of one name counts, so two readers may take the same signed bytes for different
/// claims (RFC 7519, section 4): such an object is not read at all.
struct JSONObject {
    /// A member's value, as far as tokens have use for it.
    enum Value: Equatable {
        case text(String)
        case number(Double)
        case texts([String])
        case other

        var text: String? { if case .text(let text) = self { text } else { nil } }
        var number: Double? { if case .number(let number) = self { number } else { nil } }
    }

    private let members: [String: Value]

    /// Nil when `bytes` are not one JSON object, or when a name occurs twice in it.
    init?(parsing bytes: [UInt8]) {
        guard let members = try? JSONDecoder().decode([String: Value].self, from: Data(bytes)),
            members.count == Self.memberCount(ofValidObject: bytes)
        else { return nil }
        self.members = members
    }

    subscript(name: String) -> Value? { members[name] }

    /// Counts the members as written, by the colons outside strings at the outermost level.
    private static func memberCount(ofValidObject bytes: [UInt8]) -> Int {
        var (depth, count, isInString, isEscaped) = (0, 0, false, false)
        for byte in bytes {
            switch byte {
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: "\\") where isInString: isEscaped = true
            case UInt8(ascii: "\"") where isInString: isInString = false
            case _ where isInString: break
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ":") where depth == 1: count += 1
            default: break
            }
        }
        return count
    }
}

extension JSONObject.Value: Decodable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let texts = try? container.decode([String].self) {
            self = .texts(texts)
        } else {
            self = .other
        }
    }
}

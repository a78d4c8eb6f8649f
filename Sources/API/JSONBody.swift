internal import Foundation

/// Reads a JSON body into a value that checks itself.
enum JSONBody {
    /// Decodes `body`.
    /// - Throws: `Problem` with `malformed_json` where the bytes are no JSON, or nest too deep.
    static func decode<Value: DecodableWithConfiguration>(
        _ type: Value.Type, from body: [UInt8], configuration: Value.DecodingConfiguration, maximumDepth: Int
    ) throws(Problem) -> Value {
        // The decoder guesses UTF-16 and UTF-32 by their zero bytes; the API speaks UTF-8, which has none here.
        guard !body.isEmpty, !body.contains(0), String(validating: body, as: UTF8.self) != nil else {
            throw malformed(body.isEmpty ? "the body is empty" : "the body is not UTF-8")
        }
        guard let depth = depth(of: body) else { throw malformed("the body has a trailing comma") }
        guard depth <= maximumDepth else { throw malformed("the body nests deeper than \(maximumDepth)") }
        do {
            return try JSONDecoder().decode(type, from: Data(body), configuration: configuration)
        } catch {
            throw malformed("the body cannot be read as JSON")
        }
    }

    private static func malformed(_ what: String) -> Problem {
        Problem(.malformedJSON, "\(what); send one JSON object, without NaN, comments or trailing commas")
    }

    /// The deepest nesting of brackets outside texts, 0 for a value without any; nil where a bracket closes after a
    /// comma, which the decoder lets pass and JSON does not.
    static func depth(of body: [UInt8]) -> Int? {
        var (depth, deepest, isInText, isEscaped, isAfterComma) = (0, 0, false, false, false)
        for byte in body {
            let closesAfterComma = isAfterComma
            if !isInText, !isSpace(byte) { isAfterComma = byte == UInt8(ascii: ",") }
            switch byte {
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: "\\") where isInText: isEscaped = true
            case UInt8(ascii: "\""): isInText.toggle()
            case _ where isInText: break
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                deepest = max(deepest, depth)
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if closesAfterComma { return nil }
                depth -= 1
            default: break
            }
        }
        return deepest
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
}

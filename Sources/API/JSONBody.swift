internal import JSONText

/// Reads a body as one JSON object.
enum JSONBody {
    /// The members of the object.
    /// - Parameter example: what the body could be, for whoever sent another value; nil where there is much that it could.
    /// - Throws: `Problem` with `malformed_json` where the bytes are no JSON, nest too deep or name a member twice, or
    ///   with a fault of the whole where they are another value.
    static func object(
        _ body: [UInt8], maximumDepth: Int, example: String? = nil
    ) throws(Problem) -> [String: JSONValue] {
        let value: JSONValue
        do throws(JSONFailure) {
            value = try JSONParser.parse(body, 0..<body.count, maximumNesting: maximumDepth, refusingDuplicates: true)
        } catch {
            let reason = body.isEmpty ? "the body is empty" : "at byte \(error.index + 1) of the body \(error.reason)"
            throw Problem(.malformedJSON, "\(reason); send one JSON object, without NaN, comments or trailing commas")
        }
        guard case .object(let members) = value else {
            let mend = example.map { "send \($0)" } ?? "/openapi.json says what this call takes"
            throw Problem(faults: [Fault([], .wrongType, "not a JSON object; \(mend)")], limit: 1)
        }
        if let place = zero(in: body) {
            throw Problem(
                .malformedJSON, "at byte \(place + 1) of the body a text has a zero character (\\u0000); leave it out")
        }
        return members
    }

    /// Where the zero character stands, which PostgreSQL's texts cannot have, and which JSON has as an escape only.
    private static func zero(in body: [UInt8]) -> Int? {
        let escape = Array("\\u0000".utf8)
        var start = body.startIndex
        while let place = body[start...].firstIndex(of: escape[0]) {
            if body[place...].starts(with: escape) { return place }
            // Whatever is escaped here, a backslash too, begins no other escape.
            start = min(place + 2, body.endIndex)
        }
        return nil
    }
}

import JSONText
import Testing

private func parse(_ text: String, nesting: Int = 64) throws(JSONFailure) -> JSONValue {
    let bytes = Array(text.utf8)
    return try JSONParser.parse(bytes, 0..<bytes.count, maximumNesting: nesting)
}

@Test func documentsOfEveryKindOfValueAreRead() throws {
    let value = try parse(#" {"a": [1, -2.5e1, true, false, null], "b": {"c": "d"}, "e": []} "#)
    #expect(value["a"] == .array([.number(1), .number(-25), .bool(true), .bool(false), .null]))
    #expect(value["b"]?["c"]?.string == "d")
    #expect(value["e"]?.array == [])
    #expect(value["x"] == nil && value.keys == ["a", "b", "e"])
}

@Test(arguments: [
    (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u00e9\ud83d\ude00""#, "é😀"), (#""\ud83d""#, "\u{fffd}"),
    (#""\ud83dx""#, "\u{fffd}x"), (#""\ud83d\u0041""#, "\u{fffd}A"), (#""\u0000""#, "\u{fffd}"),
    (#""\ude00""#, "\u{fffd}"), ("\"é😀\"", "é😀"),
])
func stringsAreUnescaped(text: String, expected: String) throws {
    #expect(try parse(text).string == expected)
}

@Test(arguments: [
    ("", 0), ("{", 1), ("[1,]", 3), ("[1 2]", 3), ("{\"a\" 1}", 5), ("{a:1}", 1), ("[1]x", 3), ("tru", 0), ("+1", 0),
    ("01", 0), ("-01", 0), ("[nan]", 1), ("\"\\x\"", 1), ("\"\\u12\"", 3), ("\"a", 2), ("\"\\", 2), ("{\"a\":}", 5),
    ("\"\u{1}\"", 1), ("{\"a\":1,}", 7), ("[", 1), ("1.", 0), (",", 0),
    (".0", 0), ("-.5", 0), ("1.e3", 0), ("-", 0), ("2.+1", 0), ("[.5]", 1), ("1e", 0), ("--1", 0),
])
func brokenJSONIsLocated(text: String, index: Int) {
    do throws(JSONFailure) {
        let value = try parse(text)
        Issue.record("taken: \(value)")
    } catch {
        #expect(error.index == index, "\(error.reason)")
    }
}

@Test func bytesThatAreNotUTF8AreNamed() {
    #expect { try JSONParser.parse([34, 0xff, 34], 0..<3) } throws: { error in
        (error as? JSONFailure)?.reason.contains("UTF-8") == true
    }
}

@Test func nestingIsLimited() throws {
    func nested(_ depth: Int) -> String {
        String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(try parse(nested(64)).array != nil)
    #expect(throws: JSONFailure.self) { try parse(nested(65)) }
    #expect(throws: JSONFailure.self) { try parse(String(repeating: "{\"a\":", count: 1_000_000)) }
}

@Test func ignoredMembersAreCheckedButNotKept() throws {
    let bytes = Array(#"{"a": [1], "b": 2}"#.utf8)
    #expect(try JSONParser.parse(bytes, 0..<bytes.count, ignoring: ["a"]).keys == ["b"])
    let broken = Array(#"{"a": [1, "b": 2}"#.utf8)
    #expect(throws: JSONFailure.self) { try JSONParser.parse(broken, 0..<broken.count, ignoring: ["a"]) }
}

@Test func boundariesAreFoundByteByByte() {
    let texts = [#"{"a": "}\"", "b": [1, {}]}"#, "[[],[]]", #""x\\""#]
    for text in texts {
        let bytes = Array((text + ", 1").utf8)
        var boundary = JSONBoundary(maximumNesting: 8)
        var found: Int?
        for end in 1...bytes.count where found == nil {
            if case .complete(let length) = boundary.advance(bytes, from: 0, to: end, isAtEnd: false) { found = length }
        }
        #expect(found == text.utf8.count)
    }
}

@Test func boundariesOfScalarsAndOfDeepNestingAreFound() {
    var scalar = JSONBoundary(maximumNesting: 8)
    guard case .complete(4) = scalar.advance(Array("true]".utf8), from: 0, to: 5, isAtEnd: false) else {
        Issue.record("the scalar did not end")
        return
    }
    var deep = JSONBoundary(maximumNesting: 8)
    let bytes = [UInt8](repeating: Ascii.openBracket, count: 100)
    guard case .tooDeep(8) = deep.advance(bytes, from: 0, to: 100, isAtEnd: true) else {
        Issue.record("nesting was not limited")
        return
    }
}

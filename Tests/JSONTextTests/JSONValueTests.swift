import JSONText
import Testing

private func written(_ value: JSONValue) -> String { String(decoding: value.bytes, as: UTF8.self) }

@Suite("JSON values") struct JSONValueTests {
    @Test(
        arguments: [
            (0, "0"), (-0.0, "0"), (1, "1"), (-17, "-17"), (2_010, "2010"), (0.4, "0.4"), (1e300, "1e+300"),
            (9_007_199_254_740_992, "9007199254740992"), (1e17, "1e+17"), (0.5, "0.5"), (.infinity, "null"),
            (.nan, "null"),
        ] as [(Double, String)]) func wholeNumbersAreWrittenAsSuch(_ number: Double, _ text: String)
    {
        #expect(written(.number(number)) == text)
    }

    @Test(arguments: ["1", "-3", "0.1", "123456789012", "1e-7", "3.5e20", "[1,2.5,null]", #"{"a":{"b":[true,1]}}"#])
    func whatIsWrittenReadsBackAsTheSame(_ text: String) throws {
        let bytes = Array(text.utf8)
        let value = try JSONParser.parse(bytes, 0..<bytes.count)
        let again = value.bytes
        #expect(try JSONParser.parse(again, 0..<again.count) == value)
    }

    @Test func membersStandByName() {
        let value = JSONValue.object(["b": .number(1), "a": .array([]), "c": .object([:])])
        #expect(written(value) == #"{"a":[],"b":1,"c":{}}"#)
        #expect(value.keys == ["a", "b", "c"] && value["b"]?.integer == 1 && value["d"] == nil)
    }
}

import JSONText
import Testing

@testable import Ingest

/// The fields of a text's rows, or nil in place of a malformed one, after which scanning ends.
private func rows(_ text: String, separator: Character = ",") -> [[String]?] {
    let bytes = Array(text.utf8)
    var row = DelimitedRow()
    var start = 0
    var found: [[String]?] = []
    while start < bytes.count {
        let outcome = row.scan(
            bytes, from: start, to: bytes.count, separator: separator.asciiValue ?? 44, isAtEnd: true)
        guard case .row(let next, _) = outcome else { return found + [nil] }
        found.append(row.fields.map { FieldText.string(bytes, $0) ?? "?" })
        start = next
    }
    return found
}

@Test func rowsEndInAnyLineEnd() {
    #expect(rows("a,b\nc,d\r\ne,f") == [["a", "b"], ["c", "d"], ["e", "f"]])
    #expect(rows("a,\n,\r\n") == [["a", ""], ["", ""]])
}

@Test func quotedFieldsHoldSeparatorsQuotesAndLineEnds() {
    #expect(rows("\"a,b\",\"say \"\"x\"\"\"\n") == [["a,b", "say \"x\""]])
    #expect(rows("\"one\r\ntwo\",b\r\nc,\"\"\r\n") == [["one\r\ntwo", "b"], ["c", ""]])
    #expect(rows("\"\"\"\"\n") == [["\""]])
}

@Test func quotesWithinAFieldAreOrdinary() {
    #expect(rows("7\" mix,b\n") == [["7\" mix", "b"]])
}

@Test func otherSeparatorsSeparate() {
    #expect(rows("a;b,c\n", separator: ";") == [["a", "b,c"]])
    #expect(rows("a\tb\n", separator: "\t") == [["a", "b"]])
}

@Test(arguments: ["\"a\"b,c\n", "\"never closed,\n", "a,\"b\n\nc", "\""])
func senselessQuotesAreMalformed(text: String) {
    #expect(rows(text) == [nil])
}

@Test func physicalLinesInsideARowAreCounted() {
    let bytes = Array("\"a\nb\n\",c\nnext".utf8)
    var row = DelimitedRow()
    guard case .row(let next, let lines) = row.scan(bytes, from: 0, to: bytes.count, separator: 44, isAtEnd: true)
    else {
        Issue.record("no row")
        return
    }
    #expect(lines == 3 && next == 9)
}

@Test func aRowThatIsCutAsksForMoreWhereverItIsCut() {
    let bytes = Array("a,\"b\"\"\nc\",d\r\n".utf8)
    for end in 0..<bytes.count {
        var row = DelimitedRow()
        let outcome = row.scan(bytes, from: 0, to: end, separator: 44, isAtEnd: false)
        guard case .needsMore = outcome else {
            Issue.record("cut at \(end): \(outcome)")
            continue
        }
    }
}

@Test(arguments: [
    ("0", 0.0), ("-2.634", -2.634), ("4.0", 4), ("2.33e-5", 2.33e-5), ("1E3", 1_000), ("+.5", 0.5), ("5.", 5),
    ("0.1", 0.1), ("123456789012345678901234567890", 1.2345678901234568e29),
    ("9007199254740993", 9_007_199_254_740_992),
    ("1e22", 1e22), ("1e23", 1e23), ("4.9e-324", .leastNonzeroMagnitude), ("0.000000000000000000000000000001", 1e-30),
])
func decimalNumbersAreReadExactly(text: String, expected: Double) {
    let bytes = Array("<\(text)>".utf8)
    #expect(DecimalText.parse(bytes, 1..<(bytes.count - 1)) == expected)
}

@Test(arguments: [
    "", "-", ".", "e5", "1e", "1e+", "0x10", "nan", "inf", "1 ", " 1", "1,5", "1e999", "--1", "1.2.3", "١",
])
func whatIsNoDecimalNumberIsNotRead(text: String) {
    let bytes = Array(text.utf8)
    #expect(DecimalText.parse(bytes, 0..<bytes.count) == nil)
}

@Test func decimalNumbersReadAsTheStandardLibraryReadsThem() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
        let value = Double(bitPattern: random.next())
        guard value.isFinite else { continue }
        for text in ["\(value)", "\(Float(value.truncatingRemainder(dividingBy: 1_000)))"] {
            let bytes = Array(text.utf8)
            #expect(DecimalText.parse(bytes, 0..<bytes.count) == Double(text))
        }
    }
}

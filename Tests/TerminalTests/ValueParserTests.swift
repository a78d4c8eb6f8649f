import Testing

@testable import Terminal

@Suite("Values") struct ValueParserTests {
    @Test(
        "Bytes may have a unit",
        arguments: [("0", 0), ("1024", 1024), ("64k", 65536), ("64KiB", 65536), ("1MiB", 1 << 20), ("2g", 2 << 30)])
    func bytesMayHaveAUnit(_ text: String, _ bytes: Int) throws {
        #expect(try ValueParser.bytes(in: 0...(1 << 40)).value(of: text) == bytes)
    }

    @Test(
        "What is no number of bytes is refused", arguments: ["", "k", "-1", "1.5M", "9223372036854775807G", "1 M", "٣"])
    func badBytesAreRefused(_ text: String) {
        #expect(throws: ValueMismatch.self) { try ValueParser.bytes(in: 0...(1 << 40)).value(of: text) }
    }

    @Test("Byte counts are written so that they read back", arguments: [0, 1, 1023, 1024, 1 << 20, 3 << 30, 1500])
    func byteCountsReadBack(_ bytes: Int) {
        #expect(ByteCount.value(of: ByteCount.text(bytes)) == bytes)
    }

    @Test(
        "Times may have a unit",
        arguments: [("30", 30.0), ("0.5", 0.5), ("500ms", 0.5), ("30s", 30), ("5m", 300), ("1h", 3600)])
    func timesMayHaveAUnit(_ text: String, _ seconds: Double) throws {
        #expect(try ValueParser.seconds(in: 0...86_400).value(of: text) == seconds)
    }

    @Test(
        "What is no time within the range is refused", arguments: ["", "s", "-1", "nan", "inf", "2d", "25h", "1e400"])
    func badTimesAreRefused(_ text: String) {
        #expect(throws: ValueMismatch.self) { try ValueParser.seconds(in: 0...86_400).value(of: text) }
    }

    @Test("Numbers are finite and within their range", arguments: ["nan", "inf", "-inf", "1.01", "-0.01", "", "x"])
    func numbersAreFiniteAndInRange(_ text: String) {
        #expect(throws: ValueMismatch.self) { try ValueParser.number(in: 0...1).value(of: text) }
    }

    @Test("Hosts", arguments: ["127.0.0.1", "localhost", "::1", "music.example.org", "fe80::1%eth0"])
    func hostsAreAccepted(_ text: String) throws {
        #expect(try ValueParser.host.value(of: text) == text)
    }

    @Test("What has a scheme, a port or spaces is no host", arguments: ["", "http://x", "localhost:80", "a b", "x/y"])
    func otherTextsAreNoHosts(_ text: String) {
        #expect(throws: ValueMismatch.self) { try ValueParser.host.value(of: text) }
    }

    @Test("Ports", arguments: [("0", true), ("65535", true), ("65536", false), ("-1", false), ("http", false)])
    func portsAreWithinTheirRange(_ text: String, _ isPort: Bool) {
        #expect(((try? ValueParser.port.value(of: text)) != nil) == isPort)
    }

    @Test func anOptionalParserAcceptsTheSame() throws {
        let parser = ValueParser.integer(in: 1...3).optional
        #expect(try parser.value(of: "2") == 2)
        #expect(throws: ValueMismatch(expected: "a whole number from 1 to 3")) { try parser.value(of: "4") }
    }
}

@Suite("Nearest names") struct NearestNameTests {
    @Test(
        "Slips of the fingers are recognised",
        arguments: [("recomend", "recommend"), ("serv", "serve"), ("improt", "import"), ("DEMO", "demo")])
    func slipsAreRecognised(_ typed: String, _ meant: String) {
        #expect(NearestName.of(typed, among: ["serve", "recommend", "import", "demo", "up"]) == meant)
    }

    @Test func anEntirelyDifferentNameHasNoNeighbour() {
        #expect(NearestName.of("elephant", among: ["serve", "recommend"]) == nil)
        #expect(NearestName.of("x", among: []) == nil)
    }

    @Test(
        "Distances", arguments: [("", "", 0), ("a", "", 1), ("ab", "ba", 1), ("kitten", "sitting", 3), ("", "abc", 3)])
    func distancesCountEdits(_ left: String, _ right: String, _ distance: Int) {
        #expect(NearestName.distance(left, right) == distance)
        #expect(NearestName.distance(right, left) == distance)
    }
}

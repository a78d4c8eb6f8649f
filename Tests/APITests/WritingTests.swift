import Foundation
import JSONText
import Testing

@testable import API

@Suite struct WritingTests {
    @Test func documentsKeepTheirOrderAndEscapeTheirTexts() {
        let document: JSON = ["b": [1, 2.5, true, .null], "a": "x\"\n\u{1}", "raw": .raw(Array("{}".utf8))]
        #expect(
            String(decoding: document.bytes, as: UTF8.self)
                == #"{"b":[1,2.5,true,null],"a":"x\"\n\u0001","raw":{}}"#)
        #expect(JSON.object(of: ["a": 1, "none": nil]) == ["a": 1])
    }

    @Test func durationsAreCountedUpToEachBound() {
        var histogram = Histogram()
        for seconds in [0.000_1, 0.001, 0.02, 100] { histogram.add(seconds) }
        #expect(histogram.count == 4)
        #expect(abs(histogram.sum - 100.021_1) < 1e-9)
        #expect(histogram.cumulative.first == 1)
        #expect(histogram.cumulative[1] == 2)
        #expect(histogram.cumulative.last == 3)
    }

    @Test func labelsAreEscaped() {
        var page = Exposition()
        page.single("up", "gauge", "Whether it is.", 1)
        page.sample("info", ["name": "a\"b\\c\nd"], 2.5)
        #expect(
            page.text == "# HELP up Whether it is.\n# TYPE up gauge\nup 1\n" + #"info{name="a\"b\\c\nd"} 2.5"# + "\n")
    }

    @Test(arguments: [
        "", "[", "[1, ]", #"{"a": 1,\#n}"#, #"{"a": 1, "a": 1}"#, #"{"a": {"b": 1, "b": 2}}"#, #"{"a": [[[]]]}"#,
        "{\"a\": \u{0}}", #"{"a": NaN}"#,
    ])
    func bodiesThatAreNoPlainObjectAreRefused(_ text: String) {
        #expect { _ = try JSONBody.object(Array(text.utf8), maximumDepth: 3) } throws: { error in
            (error as? Problem)?.code == "malformed_json"
        }
    }

    @Test func bodiesAreReadToTheDepthAllowed() throws {
        let body = try JSONBody.object(Array(#"{"a": [[1]]}"#.utf8), maximumDepth: 3)
        #expect(body == ["a": .array([.array([.number(1)])])])
    }

    @Test func faultsPointIntoTheBody() {
        let fault = Fault(["a/b", "c~d", "0"], .missing, "x")
        #expect(fault.place == .body("/a~1b/c~0d/0"))
        #expect(Fault([], .wrongType, "x").place == .body(""))
        #expect(
            Fault(parameter: String(repeating: "x", count: 100), .missing, "x").place
                == .parameter(
                    String(repeating: "x", count: 64) + "…"))
    }

    @Test func inFlightGoesUpAndDown() {
        let metrics = Metrics()
        metrics.begin()
        metrics.begin()
        metrics.end()
        metrics.recordIncomplete()
        metrics.record(route: "/x", method: "GET", status: 200, seconds: 0.001)
        #expect(metrics.counts.inFlight == 1)
        #expect(metrics.counts.incomplete == 1)
        #expect(metrics.counts.requests == [Metrics.Label(route: "/x", method: "GET", status: 200): 1])
    }
}

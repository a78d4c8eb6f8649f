import Testing

@testable import HTTPServer

@Suite struct RequestTests {
    @Test(arguments: [
        ("/", [""]), ("/a/b", ["a", "b"]), ("/a%2Fb/c", ["a/b", "c"]), ("/a/", ["a", ""]), ("/caf%C3%A9", ["café"]),
        ("/a+b", ["a+b"]), ("http://host/a?b", ["a"]), ("https://host", [""]), ("http://host?x=1", [""]),
    ])
    func pathsAreSplitBeforeTheyAreDecoded(target: String, segments: [String]) {
        #expect(RequestTarget(target.utf8)?.segments == segments)
    }

    @Test func queriesAreSplitBeforeTheyAreDecoded() {
        let request = HTTPRequest(method: "GET", target: "/t?q=a%26b+c&q=2&empty=&bare&&x=%3D=")
        #expect(request.query.map(\.name) == ["q", "q", "empty", "bare", "x"])
        #expect(request.query.map(\.value) == ["a&b c", "2", "", "", "=="])
        #expect(request.query("q") == "a&b c")
        #expect(request.query("none") == nil)
    }

    @Test(arguments: ["", "a", "/%", "/%4", "/%4g", "/%ff", "/%00", "/?%", "/?a=%e9"])
    func whatCannotBeDecodedIsRefused(target: String) {
        #expect(RequestTarget(target.utf8) == nil)
    }

    @Test func headerNamesHaveNoCase() {
        var headers: HTTPHeaders = ["Accept": "a", "X-Many": "1", "x-many": "2"]
        #expect(headers["ACCEPT"] == "a")
        #expect(headers.values("X-MANY") == ["1", "2"])
        #expect(headers["Accep"] == nil && headers["Accept["] == nil)
        headers["x-MANY"] = "3"
        #expect(headers.values("X-Many") == ["3"])
        headers["Accept"] = nil
        #expect(headers.fields.count == 1)
    }

    @Test(
        arguments: [
            (HTTPHeaders(), BodyFraming.length(0)), (["Content-Length": "12"], .length(12)),
            (["Transfer-Encoding": "Chunked"], .chunked), (["Content-Length": "+1"], .contradictory),
            (["Content-Length": ""], .contradictory), (["Content-Length": "1, 1"], .contradictory),
            (["Content-Length": "1", "content-length": "1"], .contradictory),
            (["Content-Length": "99999999999999999999"], .contradictory),
            (["Content-Length": "1", "Transfer-Encoding": "chunked"], .contradictory),
            (["Transfer-Encoding": "identity"], .contradictory),
        ] as [(HTTPHeaders, BodyFraming)])
    func bodiesAreFramedInOneWayOnly(headers: HTTPHeaders, framing: BodyFraming) {
        #expect(BodyFraming(headers) == framing)
    }

    @Test(arguments: [
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what",
    ])
    func goodTracesAreContinued(header: String) {
        let trace = TraceContext(continuing: header)
        #expect(trace.traceID == "0af7651916cd43dd8448eb211c80319c")
        #expect(trace.parentSpanID == "b7ad6b7169203331")
        #expect(trace.isSampled)
        #expect(trace.spanID != trace.parentSpanID)
        #expect(trace.header == "00-\(trace.traceID)-\(trace.spanID)-01")
    }

    @Test(arguments: [
        nil, "", "00", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-+1",
    ])
    func badTracesBeginAnew(header: String?) {
        let trace = TraceContext(continuing: header)
        #expect(trace.traceID.count == 32 && trace.traceID != "0af7651916cd43dd8448eb211c80319c")
        #expect(trace.parentSpanID == nil)
        #expect(!trace.isSampled)
    }

    @Test func onlyPlainRequestIDsAreKept() {
        for (name, isKept) in [
            ("a-B_1.2:3", true), ("", false), ("a b", false), ("a\"", false),
            (String(repeating: "a", count: 129), false),
        ] {
            let request = HTTPRequest(method: "GET", target: "/", headers: ["X-Request-Id": name])
            #expect((request.requestID == name) == isKept)
        }
        #expect(RandomID.hexadecimal(bytes: 8) != RandomID.hexadecimal(bytes: 8))
    }

    @Test func pooledNumbersDiffer() {
        var numbers = PooledRandomNumbers()
        let drawn = (0..<100).map { _ in numbers.next() }
        #expect(Set(drawn).count == 100, "beyond what the kernel gives at once, too")
    }

    @Test func identifiersDifferWhoeverAsks() async {
        let names = await withTaskGroup(of: [String].self) { group in
            for _ in 0..<4 { group.addTask { (0..<500).map { _ in RandomID.hexadecimal(bytes: 16) } } }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(names).count == 2_000)
        #expect(names.allSatisfy { $0.utf8.count == 32 })
    }

    @Test func rawAnswersAreWellFormed() {
        let response = HTTPResponse(status: 408, headers: ["A": "b", "Bad": "x\r\ny"], body: Array("hi".utf8))
        let text = String(decoding: RawAnswer.bytes(of: response), as: UTF8.self)
        #expect(text == "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 2\r\nA: b\r\n\r\nhi")
    }

    @Test func rejectionsHaveCodesOfTheirOwn() {
        let all: [HTTPRejection] = [
            .malformed(reason: "x"), .bodyTooLarge(limit: 1), .headersTooLarge(limit: 1), .requestTimeout,
            .handlerTimeout,
            .overloaded, .stopping,
        ]
        #expect(Set(all.map(\.code)).count == all.count)
        #expect(all.map(\.status) == [400, 413, 431, 408, 503, 503, 503])
        #expect(all.allSatisfy { ($0.status == 503) == ($0.retryAfter != nil) })
    }
}

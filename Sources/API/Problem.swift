internal import HTTPServer

/// An answer that says what went wrong: `application/problem+json` (RFC 9457) with a stable `code`.
struct Problem: Error, Sendable, Equatable {
    /// The HTTP status.
    var status: Int
    /// A stable word for programs.
    var code: String
    /// A few words, the same for every occurrence of the code.
    var title: String
    /// One sentence about this occurrence, with the mend.
    var detail: String
    /// What is at fault in the request.
    var faults: [Fault] = []
    /// Header fields beside the usual ones.
    var headers: HTTPHeaders = [:]
    /// Further members of the body.
    var members: [JSON.Member] = []
    /// What the log may know and the caller may not.
    var cause: String?

    /// A problem of the API's own.
    init(_ code: ProblemCode, _ detail: String, faults: [Fault] = [], cause: String? = nil) {
        self.init(status: code.status, code: code.rawValue, title: code.title, detail: detail)
        (self.faults, self.cause) = (faults, cause)
    }

    /// A problem that another module has the words for.
    init(status: Int, code: String, title: String, detail: String) {
        (self.status, self.code, self.title, self.detail) = (status, code, title, detail)
    }

    /// A request with faults; the list is cut at `limit`, so that no request can make an answer of any length.
    init(faults: [Fault], limit: Int) {
        let isEarly = faults.allSatisfy { $0.code == .notSupported }
        let shown = Array(faults.prefix(limit))
        let rest = faults.count > shown.count ? ", the first \(shown.count) of which are listed" : ""
        let detail =
            isEarly
            ? "the request asks for what this version does not have; leave out what errors lists\(rest)"
            : "\(faults.count) \(faults.count == 1 ? "thing is" : "things are") at fault\(rest); errors says what and how to mend it"
        self.init(isEarly ? .notSupported : .invalidRequest, detail, faults: shown)
    }

    /// The same problem, worth another try after some seconds.
    func retrying(after seconds: Int) -> Problem {
        var problem = self
        problem.headers["Retry-After"] = String(seconds)
        return problem
    }

    /// The answer; `requestID` lets its reader find the log's line.
    func response(requestID: String?) -> HTTPResponse {
        var response = HTTPResponse(
            status: status, contentType: "application/problem+json", body: json(requestID: requestID).bytes)
        for field in headers.fields { response.headers.add(field.name, field.value) }
        return response
    }

    private func json(requestID: String?) -> JSON {
        let own = JSON.object(of: [
            "type": .text("urn:segue:problem:\(code)"),
            "title": .text(title),
            "status": .integer(status),
            "detail": .text(detail),
            "code": .text(code),
            "errors": faults.isEmpty ? nil : .array(faults.map(\.json)),
            "request_id": requestID.map { .text($0) },
        ])
        guard case .object(let base) = own else { return own }
        return .object(base + members)
    }
}

import Foundation
import FoundationNetworking
import HTTPServer
import Testing

/// An answer as a client sees it.
struct Answer {
    var status: Int
    var headers: HTTPHeaders
    var body: [UInt8]

    var contentType: String { headers["Content-Type"] ?? "" }
    /// The body; `null` where it is no JSON.
    var json: Value { (try? Value(parsing: body)) ?? .null }
    var code: String? { json["code"].text }
    var text: String { String(decoding: body, as: UTF8.self) }
    /// Pointers and parameters of the faults, in order.
    var places: [String] { json["errors"].list.compactMap { $0["pointer"].text ?? $0["parameter"].text } }
    /// Codes of the faults, in order.
    var faultCodes: [String] { json["errors"].list.compactMap { $0["code"].text } }
}

/// How a test's requests reach the interface: the same tests run against the handler alone and over a live socket.
enum Transport: CaseIterable, Sendable {
    case handler
    case socket
}

/// Sends requests in one of the two ways.
struct Client {
    let handler: any HTTPHandler
    let server: HTTPServer?

    func send(_ method: String, _ target: String, _ headers: HTTPHeaders, _ body: [UInt8]) async throws -> Answer {
        if let server { return try await Self.send(method, target, headers, body, port: server.port) }
        let request = HTTPRequest(method: method, target: target, headers: headers, body: body)
        let response: HTTPResponse =
            switch handler.handle(request) {
            case .now(let response): response
            case .later(let work): await work()
            }
        return Answer(
            status: response.status, headers: response.headers, body: method == "HEAD" ? [] : response.body)
    }

    private static func send(
        _ method: String, _ target: String, _ headers: HTTPHeaders, _ body: [UInt8], port: Int
    ) async throws -> Answer {
        var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(port)\(target)")))
        request.httpMethod = method
        for field in headers.fields { request.setValue(field.value, forHTTPHeaderField: field.name) }
        if !body.isEmpty { request.httpBody = Data(body) }
        let (data, response) = try await session.data(for: request)
        let answer = try #require(response as? HTTPURLResponse)
        var fields = HTTPHeaders()
        for (name, value) in answer.allHeaderFields { fields.add("\(name)", "\(value)") }
        return Answer(status: answer.statusCode, headers: fields, body: Array(data))
    }

    private static let session = {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = 600
        return URLSession(configuration: configuration)
    }()
}

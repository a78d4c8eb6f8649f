import Foundation

/// One client's connection, served on a thread of its own.
struct FakeConnection {
    private let socket: Int32

    init(_ socket: Int32) { self.socket = socket }

    /// Answers requests until either side hangs up; `server` is nil once it is gone.
    func serve(_ server: () -> FakeServer?) {
        ignoreBrokenPipe()
        var rest = Data()
        while let request = receive(&rest) {
            guard let server = server(), answer(request, server) else { break }
        }
        if let server = server() { server.closed(socket) } else { close(socket) }
    }

    private func ignoreBrokenPipe() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    private func receive(_ rest: inout Data) -> FakeRequest? {
        let blank = Data("\r\n\r\n".utf8)
        while rest.range(of: blank) == nil { guard fill(&rest) else { return nil } }
        guard let end = rest.range(of: blank) else { return nil }
        guard var request = FakeRequest(head: String(decoding: rest[..<end.lowerBound], as: UTF8.self)) else {
            return nil
        }
        rest = Data(rest[end.upperBound...])
        let length = request.headers["content-length"].flatMap { Int($0) } ?? 0
        while rest.count < length { guard fill(&rest) else { return nil } }
        request.body = Data(rest.prefix(length))
        rest = Data(rest.dropFirst(length))
        return request
    }

    private func fill(_ data: inout Data) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        let count = recv(socket, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        data.append(contentsOf: buffer[..<count])
        return true
    }

    /// Whether the connection may serve another request.
    private func answer(_ request: FakeRequest, _ server: FakeServer) -> Bool {
        guard let (fault, era) = server.count(request) else { return send(server.handler(request), to: request) }
        switch fault {
        case .cut: return false
        case .cutInHead:
            _ = send(Data("HTTP/1.1 200 OK\r\nContent-Ty".utf8))
            return false
        case .late(let milliseconds):
            let response = server.handler(request)
            server.wait(milliseconds, in: era)
            return send(response, to: request)
        case .slow(let pieces, let pause): return sendSlowly(server.handler(request), pieces, pause)
        case .truncated:
            let response = server.handler(request)
            _ = send(head(response, length: response.body.count) + response.body.prefix(response.body.count / 2))
            return false
        default: return send(fault.spoiled { server.handler(request) }, to: request)
        }
    }

    private func sendSlowly(_ response: FakeResponse, _ pieces: Int, _ milliseconds: Int) -> Bool {
        guard send(head(response, length: response.body.count)) else { return false }
        let size = max(1, (response.body.count + pieces - 1) / max(1, pieces))
        for start in stride(from: 0, to: response.body.count, by: size) {
            pause(milliseconds)
            guard send(Data(response.body.dropFirst(start).prefix(size))) else { return false }
        }
        return true
    }

    private func pause(_ milliseconds: Int) { Thread.sleep(forTimeInterval: Double(milliseconds) / 1_000) }

    private func send(_ response: FakeResponse, to request: FakeRequest) -> Bool {
        let body = request.method == "HEAD" ? Data() : response.body
        return send(head(response, length: response.body.count) + body) && request.headers["connection"] != "close"
    }

    private func head(_ response: FakeResponse, length: Int) -> Data {
        var text = "HTTP/1.1 \(response.status) \(response.status < 400 ? "OK" : "Error")\r\n"
        for (name, value) in response.headers.sorted(by: { $0.key < $1.key }) { text += "\(name): \(value)\r\n" }
        if response.status != 204, response.status != 304 { text += "Content-Length: \(length)\r\n" }
        return Data((text + "\r\n").utf8)
    }

    private func send(_ data: Data) -> Bool {
        data.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = Glibc.send(
                    socket, bytes.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }
}

extension Fault {
    /// The answer under a fault that is a matter of content alone.
    fileprivate func spoiled(_ honest: () -> FakeResponse) -> FakeResponse {
        switch self {
        case .tooManyRequests(let seconds):
            return .json(
                ["error": ["status": 429, "message": "API rate limit exceeded"]], status: 429,
                headers: ["Retry-After": String(seconds)])
        case .quotaExceeded(let seconds):
            return .json(
                ["error": ["status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED"]], status: 429,
                headers: seconds.map { ["Retry-After": String($0)] } ?? [:])
        case .unavailable(let seconds):
            var response = FakeResponse.text("<html>maintenance</html>", status: 503, type: "text/html")
            response.headers["Retry-After"] = String(seconds)
            return response
        case .forbidden: return .json(["error": ["status": 403, "message": "Forbidden"]], status: 403)
        case .status(let status): return .text("<html>upstream trouble</html>", status: status, type: "text/html")
        case .wrongContentType: return .text("<html><body>Please log in</body></html>", type: "text/html")
        case .oversized(let bytes):
            var response = honest()
            response.body += Data(repeating: 32, count: bytes)
            return response
        case .brokenJSON:
            var response = honest()
            response.body = response.body.prefix(max(1, response.body.count * 2 / 3))
            return response
        case .otherJSON(let text):
            var response = honest()
            response.body = Data(text.utf8)
            return response
        case .shortPage: return honest().halved
        case .redirect(let target, let status): return FakeResponse(status: status, headers: ["Location": target])
        case .late, .slow, .truncated, .cut, .cutInHead: return honest()
        }
    }
}

/// An answer as it goes over the wire, for the rare one that the library cannot send: in the middle of a request.
enum RawAnswer {
    static func bytes(of response: HTTPResponse) -> [UInt8] {
        var head = "HTTP/1.1 \(response.status) \(phrase(response.status))\r\nConnection: close\r\n"
        head += "Content-Length: \(response.body.count)\r\n"
        for field in response.headers.fields where isCarriable(field) { head += "\(field.name): \(field.value)\r\n" }
        return Array((head + "\r\n").utf8) + response.body
    }

    private static func isCarriable(_ field: HTTPHeaders.Field) -> Bool {
        !field.name.isEmpty && (field.name + field.value).utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    private static func phrase(_ status: Int) -> String {
        switch status {
        case 408: "Request Timeout"
        case 413: "Content Too Large"
        default: "Error"
        }
    }
}

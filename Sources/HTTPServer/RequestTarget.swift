/// The path and query of a request, taken apart before anything is decoded.
///
/// So that an encoded slash stays inside its segment, and an encoded ampersand inside its value.
struct RequestTarget: Equatable {
    let segments: [String]
    let query: [HTTPRequest.QueryItem]

    /// `/` and the decoded segments with slashes in between; for logs and comparisons, not for splitting again.
    var path: String { "/" + segments.joined(separator: "/") }

    /// Reads a target in origin form (`/path?query`) or absolute form (`http://host/path?query`).
    ///
    /// Nil when an escape is cut short, or when what it decodes to is not UTF-8 or holds a zero.
    init?(_ text: some Collection<UInt8>) {
        let origin = Self.originForm(Array(text)[...])
        let parts = origin.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts[0]
        guard path.first == UInt8(ascii: "/") || path.elementsEqual("*".utf8) else { return nil }
        var segments: [String] = []
        for segment in path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let decoded = Self.decoded(segment, plusIsSpace: false) else { return nil }
            segments.append(decoded)
        }
        guard let query = Self.items(of: parts.count > 1 ? parts[1] : []) else { return nil }
        (self.segments, self.query) = (segments, query)
    }

    private static func originForm(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let scheme = text.prefix(8)
        guard scheme.starts(with: "http://".utf8) || scheme.starts(with: "https://".utf8) else { return text }
        let afterScheme = text.dropFirst(scheme.starts(with: "https".utf8) ? 8 : 7)
        guard let start = afterScheme.firstIndex(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }) else {
            return Array("/".utf8)[...]
        }
        let rest = afterScheme[start...]
        return rest.first == UInt8(ascii: "/") ? rest : (Array("/".utf8) + rest)[...]
    }

    private static func items(of query: ArraySlice<UInt8>) -> [HTTPRequest.QueryItem]? {
        var items: [HTTPRequest.QueryItem] = []
        for pair in query.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(parts[0], plusIsSpace: true),
                let value = decoded(parts.count > 1 ? parts[1] : [], plusIsSpace: true)
            else { return nil }
            items.append(HTTPRequest.QueryItem(name: name, value: value))
        }
        return items
    }

    private static func decoded(_ text: ArraySlice<UInt8>, plusIsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(hexadecimal), let low = rest.popFirst().flatMap(hexadecimal)
                else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

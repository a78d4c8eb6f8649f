/// How a request says where its body ends (RFC 9112, section 6).
///
/// A request that says it in two ways is refused: a proxy in front might believe the other one and take the rest of the
/// body for another request.
enum BodyFraming: Equatable {
    /// So many bytes; 0 without a body.
    case length(Int)

    /// Pieces that each state their length.
    case chunked

    case contradictory

    init(_ headers: HTTPHeaders) {
        let lengths = headers.values("Content-Length")
        let codings = headers.values("Transfer-Encoding")
        switch (lengths.count, codings.count) {
        case (0, 0): self = .length(0)
        case (1, 0): self = Self.length(lengths[0])
        case (0, 1) where codings[0].lowercased() == "chunked": self = .chunked
        default: self = .contradictory
        }
    }

    private static func length(_ text: String) -> BodyFraming {
        let isNumber = !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isNumber, let length = Int(text) else { return .contradictory }
        return .length(length)
    }
}

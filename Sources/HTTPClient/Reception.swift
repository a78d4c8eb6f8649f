internal import CCurl

/// What arrived of one answer. Confined to the engine's thread.
final class Reception {
    private static let maximumHeaderBytes = 256 << 10

    private let maximumBodyBytes: Int
    private var headerBytes = 0
    private(set) var headers: [(name: String, value: String)] = []
    private(set) var body: [UInt8] = []
    /// Whether the empty line after the headers came; the library takes a connection that ends before it for an answer.
    private(set) var hasWholeHead = false
    /// Why receiving was stopped from this side.
    private(set) var refusal: HTTPClientError?

    init(maximumBodyBytes: Int) { self.maximumBodyBytes = maximumBodyBytes }

    /// Takes a part of the body; false to stop the transfer.
    func receive(body bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= maximumBodyBytes else {
            refusal = .tooLarge(limit: maximumBodyBytes)
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }

    /// Takes a line of the head, which begins anew with each status line (after `100 Continue`, through a proxy).
    func receive(header bytes: UnsafeRawBufferPointer) -> Bool {
        headerBytes += bytes.count
        guard headerBytes <= Self.maximumHeaderBytes else {
            refusal = .headersTooLarge
            return false
        }
        let line = String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            (headers, hasWholeHead) = ([], false)
        } else if line.allSatisfy(\.isNewline) {
            hasWholeHead = true
        } else if let colon = line.firstIndex(of: ":") {
            headers.append((line[..<colon].lowercased(), Self.trimmed(line[line.index(after: colon)...])))
        }
        return true
    }

    private static func trimmed(_ text: Substring) -> String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0.isNewline }
        let start = text.drop(while: isBlank)
        guard let end = start.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(start[...end])
    }
}

// File-scope functions: a closure made on the main actor would be bound to it and end the process on this thread.

func receiveBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let context else { return size * count }
    let reception = Unmanaged<Reception>.fromOpaque(context).takeUnretainedValue()
    let taken = reception.receive(body: UnsafeRawBufferPointer(start: bytes, count: size * count))
    return taken ? size * count : 0
}

func receiveHeader(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let context else { return size * count }
    let reception = Unmanaged<Reception>.fromOpaque(context).takeUnretainedValue()
    let taken = reception.receive(header: UnsafeRawBufferPointer(start: bytes, count: size * count))
    return taken ? size * count : 0
}

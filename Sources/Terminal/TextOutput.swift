internal import Foundation

/// Standard output or standard error, and what it is connected to.
public struct TextOutput: Sendable {
    /// Whether a person is looking at it.
    public let isTerminal: Bool
    /// Whether colours are wanted: on a terminal, unless `NO_COLOR` is set (no-color.org) or `TERM` is `dumb`.
    public let usesColor: Bool
    private let columns: @Sendable () -> Int?
    private let send: @Sendable (String) -> Void

    /// A stream that gives what is written to `send`; for tests and for joining streams.
    public init(
        isTerminal: Bool = false, usesColor: Bool = false, width: Int? = nil,
        send: @escaping @Sendable (String) -> Void
    ) {
        self.isTerminal = isTerminal
        self.usesColor = usesColor
        self.columns = { width }
        self.send = send
    }

    /// The stream of an open file descriptor, under an environment.
    public init(descriptor: Int32, environment: [String: String]) {
        isTerminal = isatty(descriptor) == 1
        let refusesColor = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
        usesColor = isTerminal && !refusesColor
        columns = { [isTerminal] in isTerminal ? Self.columns(of: descriptor, environment) : nil }
        send = { Self.write(Array($0.utf8), to: descriptor) }
    }

    /// Width of the terminal in columns, as it is now; nil where there is none.
    public var width: Int? { columns() }

    /// Writes text as it is.
    public func write(_ text: String) { send(text) }

    /// Writes a line.
    public func line(_ text: StyledText = "") { send(text.rendered(usesColor: usesColor) + "\n") }

    /// Writes a table, as wide as the terminal allows, or as it is where nothing of it `mayBeCut`.
    public func table(_ table: Table, mayBeCut: Bool = true) {
        let lines = table.lines(width: mayBeCut ? width : nil).map { $0.trimmed.rendered(usesColor: usesColor) + "\n" }
        send(lines.joined())
    }

    private static func columns(of descriptor: Int32, _ environment: [String: String]) -> Int {
        var size = winsize()
        if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } ?? 80
    }

    /// Writes all bytes; gives up quietly where the reader is gone, as nobody is left to be told.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

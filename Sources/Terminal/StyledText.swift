/// How a piece of text looks on a terminal that has colours.
public enum Style: Sendable, Hashable {
    /// As the terminal writes.
    case plain
    /// Stands out.
    case bold
    /// Stands back.
    case dim
    /// Underlined, for headings.
    case underlined
    /// One of the terminal's own colours, so that the person's theme is respected.
    case color(Color)

    /// The terminal's own colours, by their numbers.
    public enum Color: Int, Sendable, Hashable, CaseIterable {
        /// Failure.
        case red = 31
        /// Success.
        case green = 32
        /// Warning.
        case yellow = 33
        /// No meaning of its own.
        case blue = 34
        /// No meaning of its own.
        case magenta = 35
        /// No meaning of its own.
        case cyan = 36
    }

    /// The parameter of ECMA-48's "select graphic rendition".
    var code: Int {
        switch self {
        case .plain: 0
        case .bold: 1
        case .dim: 2
        case .underlined: 4
        case .color(let color): color.rawValue
        }
    }
}

/// A line of text in pieces with styles; control characters are taken out as it is made.
public struct StyledText: Sendable, Hashable, ExpressibleByStringLiteral {
    private var pieces: [Piece] = []

    private struct Piece: Sendable, Hashable {
        var text: String
        var style: Style
    }

    /// Text in one style.
    public init(_ text: String, _ style: Style = .plain) {
        if !text.isEmpty { pieces = [Piece(text: Printable.text(text), style: style)] }
    }

    /// Plain text.
    public init(stringLiteral text: String) { self.init(text) }

    /// The text without styles.
    public var plain: String { pieces.map(\.text).joined() }

    /// Columns that it takes.
    public var width: Int { pieces.reduce(0) { $0 + DisplayWidth.of($1.text) } }

    /// One after the other.
    public static func + (left: StyledText, right: StyledText) -> StyledText {
        var both = left
        both.pieces += right.pieces
        return both
    }

    /// Appends.
    public static func += (left: inout StyledText, right: StyledText) { left = left + right }

    /// The beginning that fits into `width` columns, with `…` where something is missing.
    public func truncated(to width: Int) -> StyledText {
        guard self.width > width else { return self }
        var result = StyledText("")
        var left = width
        for piece in pieces where left > 0 {
            let isWhole = DisplayWidth.of(piece.text) < left
            // A piece that fills what is left exactly must still give up its end to the ellipsis.
            let text = isWhole ? piece.text : DisplayWidth.truncated(piece.text + " ", to: left)
            result.pieces.append(Piece(text: text, style: piece.style))
            left = isWhole ? left - DisplayWidth.of(text) : 0
        }
        return result
    }

    /// Without spaces at its end.
    var trimmed: StyledText {
        var result = self
        while var last = result.pieces.popLast() {
            last.text = last.text.trimmingTrailingSpaces
            guard last.text.isEmpty else {
                result.pieces.append(last)
                break
            }
        }
        return result
    }

    /// As bytes for a stream, with escape sequences only where `usesColor`.
    public func rendered(usesColor: Bool) -> String {
        guard usesColor else { return plain }
        return pieces.map { piece in
            piece.style == .plain ? piece.text : "\u{1B}[\(piece.style.code)m\(piece.text)\u{1B}[0m"
        }.joined()
    }
}

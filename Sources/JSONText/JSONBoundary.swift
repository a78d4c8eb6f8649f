/// Finds where a JSON value ends without understanding it, byte by byte, so that it can go on when more bytes arrive.
public struct JSONBoundary {
    /// How far the search has come.
    public enum Outcome {
        /// The value is so many bytes long.
        case complete(Int)
        /// The bytes end before the value does.
        case needsMore
        /// Brackets nest too deeply, at this offset.
        case tooDeep(Int)
    }

    private let maximumNesting: Int
    private var offset = 0
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    /// Begins before a value that may nest so deep.
    public init(maximumNesting: Int) { self.maximumNesting = maximumNesting }

    /// Goes on in the value that begins at `start`; the value must begin with something else than a blank.
    public mutating func advance(_ bytes: [UInt8], from start: Int, to end: Int, isAtEnd: Bool) -> Outcome {
        while start + offset < end {
            let byte = bytes[start + offset]
            if isInString {
                advanceInString(byte)
            } else if depth == 0, offset > 0, Self.endsScalar(byte) {
                return .complete(offset)
            } else {
                enter(byte)
                if depth > maximumNesting { return .tooDeep(offset) }
            }
            offset += 1
            if depth == 0, !isInString, Self.closes(byte) { return .complete(offset) }
        }
        return isAtEnd ? .complete(offset) : .needsMore
    }

    private mutating func advanceInString(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if byte == Ascii.backslash {
            isEscaped = true
        } else if byte == Ascii.quote {
            isInString = false
        }
    }

    private mutating func enter(_ byte: UInt8) {
        switch byte {
        case Ascii.openBrace, Ascii.openBracket: depth += 1
        case Ascii.closeBrace, Ascii.closeBracket: depth = max(depth - 1, 0)
        case Ascii.quote: isInString = true
        default: break
        }
    }

    private static func closes(_ byte: UInt8) -> Bool {
        byte == Ascii.closeBrace || byte == Ascii.closeBracket || byte == Ascii.quote
    }

    private static func endsScalar(_ byte: UInt8) -> Bool {
        Ascii.isSpace(byte) || byte == Ascii.comma || byte == Ascii.closeBracket || byte == Ascii.closeBrace
    }
}

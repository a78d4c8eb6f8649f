/// The characters that the formats are made of.
public enum Ascii {
    /// Horizontal tab.
    @inlinable public static var tab: UInt8 { UInt8(ascii: "\t") }
    /// Line feed.
    @inlinable public static var lineFeed: UInt8 { UInt8(ascii: "\n") }
    /// Carriage return.
    @inlinable public static var carriageReturn: UInt8 { UInt8(ascii: "\r") }
    /// Space.
    @inlinable public static var space: UInt8 { UInt8(ascii: " ") }
    /// Double quotation mark.
    @inlinable public static var quote: UInt8 { UInt8(ascii: "\"") }
    /// Backslash.
    @inlinable public static var backslash: UInt8 { UInt8(ascii: "\\") }
    /// Comma.
    @inlinable public static var comma: UInt8 { UInt8(ascii: ",") }
    /// Colon.
    @inlinable public static var colon: UInt8 { UInt8(ascii: ":") }
    /// Semicolon.
    @inlinable public static var semicolon: UInt8 { UInt8(ascii: ";") }
    /// Minus.
    @inlinable public static var minus: UInt8 { UInt8(ascii: "-") }
    /// Plus.
    @inlinable public static var plus: UInt8 { UInt8(ascii: "+") }
    /// Decimal point.
    @inlinable public static var point: UInt8 { UInt8(ascii: ".") }
    /// The digit 0.
    @inlinable public static var zero: UInt8 { UInt8(ascii: "0") }
    /// Opening square bracket.
    @inlinable public static var openBracket: UInt8 { UInt8(ascii: "[") }
    /// Closing square bracket.
    @inlinable public static var closeBracket: UInt8 { UInt8(ascii: "]") }
    /// Opening brace.
    @inlinable public static var openBrace: UInt8 { UInt8(ascii: "{") }
    /// Closing brace.
    @inlinable public static var closeBrace: UInt8 { UInt8(ascii: "}") }

    /// Whether `byte` is a decimal digit.
    @inlinable
    public static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }

    /// Whether `byte` is white space in JSON.
    @inlinable
    public static func isSpace(_ byte: UInt8) -> Bool {
        byte == space || byte == lineFeed || byte == carriageReturn || byte == tab
    }
}

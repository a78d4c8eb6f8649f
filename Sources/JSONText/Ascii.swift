/// The characters that the formats are made of.
public enum Ascii {
    /// Horizontal tab.
    public static let tab = UInt8(ascii: "\t")
    /// Line feed.
    public static let lineFeed = UInt8(ascii: "\n")
    /// Carriage return.
    public static let carriageReturn = UInt8(ascii: "\r")
    /// Space.
    public static let space = UInt8(ascii: " ")
    /// Double quotation mark.
    public static let quote = UInt8(ascii: "\"")
    /// Backslash.
    public static let backslash = UInt8(ascii: "\\")
    /// Comma.
    public static let comma = UInt8(ascii: ",")
    /// Colon.
    public static let colon = UInt8(ascii: ":")
    /// Semicolon.
    public static let semicolon = UInt8(ascii: ";")
    /// Minus.
    public static let minus = UInt8(ascii: "-")
    /// Plus.
    public static let plus = UInt8(ascii: "+")
    /// Decimal point.
    public static let point = UInt8(ascii: ".")
    /// The digit 0.
    public static let zero = UInt8(ascii: "0")
    /// Opening square bracket.
    public static let openBracket = UInt8(ascii: "[")
    /// Closing square bracket.
    public static let closeBracket = UInt8(ascii: "]")
    /// Opening brace.
    public static let openBrace = UInt8(ascii: "{")
    /// Closing brace.
    public static let closeBrace = UInt8(ascii: "}")

    /// Whether `byte` is a decimal digit.
    public static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }

    /// Whether `byte` is white space in JSON.
    public static func isSpace(_ byte: UInt8) -> Bool {
        byte == space || byte == lineFeed || byte == carriageReturn || byte == tab
    }
}

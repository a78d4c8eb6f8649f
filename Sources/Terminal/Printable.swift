/// Text from elsewhere made fit for a terminal.
public enum Printable {
    /// The text without anything that a terminal would act on: control characters (escape sequences begin with one)
    /// and marks that reverse the direction of what follows become `�`; line breaks and tabs become spaces.
    ///
    /// Titles come from files that anybody may have written.
    public static func text(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isActive) else { return text }
        var kept = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "\n" || scalar == "\r" || scalar == "\t" {
                kept.append(" ")
            } else {
                kept.append(isActive(scalar) ? "\u{FFFD}" : scalar)
            }
        }
        return String(kept)
    }

    private static func isActive(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<32, 127..<160, 0x202A...0x202E, 0x2066...0x2069, 0x2028, 0x2029: true
        default: false
        }
    }
}

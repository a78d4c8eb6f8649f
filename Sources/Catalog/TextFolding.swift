internal import Foundation

/// How texts are made comparable without regard to case and accents.
///
/// The same texts come out of the database's function `fold_text`: compatibility decomposition, without the combining
/// marks U+0300 to U+036F, each character in lower case by itself, the final sigma as any other. Characters that are newer than
/// the Unicode version of the oldest database that is supported stay as they are.
public enum TextFolding {
    /// Lower case without diacritics: "Beyoncé" and "BEYONCE" fold alike.
    public static func folded(_ text: String) -> String {
        if text.isASCII { return text.lowercased() }
        var folded = String.UnicodeScalarView()
        var known = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isKnown(scalar) {
                known.append(scalar)
            } else {
                append(&known, to: &folded)
                folded.append(scalar)
            }
        }
        append(&known, to: &folded)
        return String(folded)
    }

    /// PostgreSQL 15 has the tables of Unicode 14.
    private static let newestVersion = 14

    private static func isKnown(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x250 || scalar.properties.age.map { $0.major <= newestVersion } ?? false
    }

    private static func append(_ run: inout String.UnicodeScalarView, to folded: inout String.UnicodeScalarView) {
        guard !run.isEmpty else { return }
        for scalar in String(run).decomposedStringWithCompatibilityMapping.unicodeScalars {
            switch scalar.value {
            case 0x300...0x36f: break
            case 0x3c2: folded.append("\u{3c3}")
            default: folded.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
            }
        }
        run = String.UnicodeScalarView()
    }
}

extension String {
    /// Whether it has nothing but characters of ASCII.
    public var isASCII: Bool {
        let bytes = utf8.span
        var bits: UInt8 = 0
        for index in bytes.indices { bits |= bytes[index] }
        return bits < 128
    }
}

internal import Foundation

/// How texts are made comparable without regard to case and accents.
public enum TextFolding {
    /// Lower case without diacritics: "Beyoncé" and "BEYONCE" fold alike.
    public static func folded(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 128 }) { return text.lowercased() }
        return text.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
    }
}

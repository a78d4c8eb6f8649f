/// Takes passwords out of texts that are shown.
public enum Masking {
    /// A URL or a connection string of libpq without its password.
    ///
    /// Everything between the first colon and the last `@` of a URL's authority counts as a password, and so does the
    /// value of `password`, in a query or a connection string, quoted or not: rather too much than too little.
    public static func credentials(in text: String) -> String {
        var masked = text
        if let scheme = masked.firstRange(of: "://"), let at = masked[scheme.upperBound...].lastIndex(of: "@") {
            let authority = masked[scheme.upperBound..<at]
            if let colon = authority.firstIndex(of: ":") {
                masked.replaceSubrange(masked.index(after: colon)..<at, with: "****")
            }
        }
        return maskPassword(masked)
    }

    private static func maskPassword(_ text: String) -> String {
        text.replacing(passwordPattern) { "\($0.output.1)=****" }
    }

    private static var passwordPattern: Regex<(Substring, Substring)> {
        /(?i)((?:ssl)?password)\s*=\s*(?:'(?:\\.|[^'])*'?|[^\s&]*)/
    }
}

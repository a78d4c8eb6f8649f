/// A name that somebody else gave to an entity: a Spotify id, an ISRC, a MusicBrainz id, a file path.
///
/// Unique by namespace and value among entities of one kind; a track may have several.
public struct ExternalID: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Who named it: `spotify`, `isrc`, `mbid`, `file`, `demo`, …; lower-case letters, digits, `-` and `_`.
    public let namespace: String
    /// The name, as that namespace writes it; never empty.
    public let value: String

    /// Takes a namespace and value that are known to be well formed.
    public init(namespace: String, value: String) {
        self.namespace = namespace
        self.value = value
    }

    /// A Spotify id: 22 characters of base 62.
    public static func spotify(_ id: String) -> ExternalID { ExternalID(namespace: "spotify", value: id) }

    /// An International Standard Recording Code: 12 characters, upper case, without hyphens.
    public static func isrc(_ code: String) -> ExternalID { ExternalID(namespace: "isrc", value: code) }

    /// Byte for byte.
    public static func == (first: ExternalID, second: ExternalID) -> Bool {
        first.value.hasBytes(of: second.value) && first.namespace.hasBytes(of: second.namespace)
    }

    /// `namespace:value`, except that a Spotify id stands alone, as its users write it.
    public var description: String { namespace == "spotify" ? value : "\(namespace):\(value)" }
}

extension String {
    /// Whether the bytes are the same, as the catalog compares: strings are equal however their accents are composed.
    public func hasBytes(of other: String) -> Bool {
        let (mine, its) = (utf8.span, other.utf8.span)
        guard mine.count == its.count else { return false }
        for index in mine.indices where mine[index] != its[index] { return false }
        return true
    }
}

extension ExternalID {
    /// Whether `text` is a Spotify id: exactly 22 characters of `[0-9A-Za-z]`.
    public static func isSpotifyID(_ text: some StringProtocol) -> Bool {
        let bytes = text.utf8
        return bytes.count == 22 && bytes.allSatisfy(isBase62)
    }

    /// The canonical form of an ISRC (ISO 3901: two letters, three alphanumerics, seven digits), or nil.
    public static func canonicalISRC(_ text: some StringProtocol) -> String? {
        let code = text.uppercased().filter { $0 != "-" && $0 != " " }
        let bytes = Array(code.utf8)
        guard bytes.count == 12, bytes[0..<2].allSatisfy(isUpper),
            bytes[2..<5].allSatisfy({ isUpper($0) || isDigit($0) }),
            bytes[5...].allSatisfy(isDigit)
        else { return nil }
        return code
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
    private static func isUpper(_ byte: UInt8) -> Bool { byte >= 65 && byte <= 90 }
    private static func isBase62(_ byte: UInt8) -> Bool {
        isDigit(byte) || isUpper(byte) || (byte >= 97 && byte <= 122)
    }
}

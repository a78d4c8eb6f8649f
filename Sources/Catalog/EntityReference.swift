/// What a seed or an import names: an entity of one kind by an external id, or a genre by its name.
public struct EntityReference: Hashable, Sendable, CustomStringConvertible {
    /// The kinds of entity that can be named.
    public enum Kind: String, Sendable, CaseIterable, Codable {
        /// A recording as released on an album.
        case track
        /// A release.
        case album
        /// A performer.
        case artist
        /// An ordered list of tracks.
        case playlist
        /// A genre, by its name in lower case; the one kind without external ids.
        case tag

        /// The kind of that name among those that have external ids.
        fileprivate init?(identified name: some StringProtocol) {
            guard let kind = Kind(rawValue: String(name)), kind != .tag else { return nil }
            self = kind
        }
    }

    /// What is named.
    public let kind: Kind
    /// By which name.
    public let id: ExternalID

    /// Names an entity.
    public init(kind: Kind, id: ExternalID) {
        self.kind = kind
        self.id = id
    }

    /// Names a genre; upper and lower case are the same.
    public static func tag(_ name: String) -> EntityReference {
        EntityReference(kind: .tag, id: ExternalID(namespace: Kind.tag.rawValue, value: name.lowercased()))
    }

    /// A form that `init(parsing:)` reads back: `spotify:track:ID`, `tag:NAME`, or `namespace:value` for a track and
    /// `namespace:kind:value` for anything else.
    public var description: String {
        if kind == .tag { return "\(kind.rawValue):\(id.value)" }
        if id.namespace == "spotify" || kind != .track { return "\(id.namespace):\(kind.rawValue):\(id.value)" }
        return "\(id.namespace):\(id.value)"
    }
}

/// Why a text is no reference to an entity; the description says what would be accepted.
public struct ReferenceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and what would be accepted, in one sentence.
    public let description: String

    /// Wraps the sentence.
    public init(_ description: String) { self.description = description }
}

extension EntityReference {
    /// The longest text that is looked at, in bytes.
    public static let maximumLength = 2_048
    /// The longest name of a tag, in characters.
    public static let maximumTagLength = 100

    /// Parses `https://open.spotify.com/[intl-xx/]{track,album,artist,playlist}/ID[?…]`, `spotify:KIND:ID`, a bare
    /// 22-character id of a track, `isrc:CODE`, `tag:GENRE`, or `namespace:value` of any other namespace.
    ///
    /// Strict on purpose: what comes out reaches queries and services, so anything that is not exactly one of these
    /// forms is refused, look-alike hosts included.
    /// - Parameters:
    ///   - text: what somebody wrote.
    ///   - kind: what an id that does not say its kind names: a track, unless only something else is meant.
    ///   - accepted: what refusals propose, where only some of these forms are of use.
    /// - Throws: `ReferenceError` with the mend.
    public init(
        parsing text: String, bareAs kind: Kind = .track, proposing accepted: String = Self.accepted
    ) throws(ReferenceError) {
        // What nearly all requests bring, known without a look at every character for what else it might be.
        if let id = Self.idOfSpotifyTrack(text) {
            self.init(kind: .track, id: .spotify(id))
            return
        }
        // A path may hold every character but the one that ends it.
        if text.hasPrefix("file:/"), text.utf8.count <= Self.maximumLength, !text.utf8.contains(0) {
            self.init(kind: kind, id: ExternalID(namespace: "file", value: String(text.dropFirst("file:".count))))
            return
        }
        guard text.utf8.count <= Self.maximumLength else {
            throw ReferenceError("longer than \(Self.maximumLength) bytes")
        }
        guard !text.isEmpty else { throw ReferenceError("empty; give \(accepted)") }
        if let (place, control) = text.unicodeScalars.enumerated().first(where: { Self.isControl($1) }) {
            let code = String(control.value, radix: 16, uppercase: true)
            throw ReferenceError(
                "has the control character U+\(code.count < 2 ? "000" : "00")\(code) in place \(place + 1); leave it out"
            )
        }
        if ExternalID.isSpotifyID(text) {
            self.init(kind: kind, id: .spotify(text))
        } else if text.contains("://") {
            self = try Self.parseURL(text, accepted)
        } else {
            self = try Self.parseURI(text, bareAs: kind, accepted)
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 32 || (127...159).contains(scalar.value)
    }

    /// What a seed may be written as.
    public static let accepted =
        "a Spotify link (https://open.spotify.com/track/…), a URI (spotify:track:…), a 22-character id, tag:GENRE, or "
        + "namespace:value"

    private static func idOfSpotifyTrack(_ text: String) -> String? {
        let prefix = "spotify:track:"
        guard text.hasPrefix(prefix) else { return nil }
        let id = text.utf8.dropFirst(prefix.utf8.count)
        return ExternalID.isSpotifyID(Substring(id)) ? String(Substring(id)) : nil
    }

    private static func parseURL(_ text: String, _ accepted: String) throws(ReferenceError) -> EntityReference {
        let prefix = "https://open.spotify.com/"
        guard text.hasPrefix(prefix) else {
            throw ReferenceError("not a link of https://open.spotify.com/; give \(accepted)")
        }
        let path = text.dropFirst(prefix.count).prefix { $0 != "?" && $0 != "#" }
        var parts = path.split(separator: "/", omittingEmptySubsequences: false)
        if let first = parts.first, isLocale(first) { parts.removeFirst() }
        guard parts.count == 2, let kind = Kind(identified: parts[0]) else {
            throw ReferenceError("not a link of a track, album, artist or playlist on open.spotify.com")
        }
        return try spotify(kind, parts[1])
    }

    private static func isLocale(_ part: Substring) -> Bool {
        guard part.hasPrefix("intl-") else { return false }
        let tag = part.dropFirst(5)
        return (2...8).contains(tag.utf8.count) && tag.utf8.allSatisfy { $0 == 45 || ($0 | 32 >= 97 && $0 | 32 <= 122) }
    }

    private static func parseURI(
        _ text: String, bareAs kind: Kind, _ accepted: String
    ) throws(ReferenceError) -> EntityReference {
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2 else {
            let count = text.unicodeScalars.count
            let fault =
                count == 22
                ? "an id of 22 characters has no others than 0-9, A-Z and a-z"
                : "\(count) characters long where an id has 22"
            throw ReferenceError("neither a link nor a URI, and \(fault); give \(accepted)")
        }
        let namespace = parts[0]
        if namespace == "spotify" {
            guard parts.count == 3, let kind = Kind(identified: parts[1]) else {
                throw ReferenceError("a Spotify URI is spotify:track:ID, with track, album, artist or playlist")
            }
            return try spotify(kind, parts[2])
        }
        guard isNamespace(namespace) else {
            throw ReferenceError("the namespace before the colon has other characters than a-z, 0-9, - and _")
        }
        if namespace == Kind.tag.rawValue { return try tag(text.dropFirst(namespace.count + 1)) }
        if parts.count == 3, let kind = Kind(identified: parts[1]) {
            guard !parts[2].isEmpty else { throw ReferenceError("nothing stands after \(namespace):\(parts[1]):") }
            return EntityReference(kind: kind, id: ExternalID(namespace: String(namespace), value: String(parts[2])))
        }
        return try other(namespace, text.dropFirst(namespace.count + 1), kind)
    }

    private static func spotify(_ kind: Kind, _ id: Substring) throws(ReferenceError) -> EntityReference {
        guard ExternalID.isSpotifyID(id) else {
            let count = id.unicodeScalars.count
            let fault = count == 22 ? "has other ones" : "has \(count)"
            throw ReferenceError("a Spotify id has 22 characters of 0-9, A-Z and a-z; this one \(fault)")
        }
        return EntityReference(kind: kind, id: .spotify(String(id)))
    }

    private static func tag(_ text: Substring) throws(ReferenceError) -> EntityReference {
        let name = text.drop { $0 == " " }.lowercased()
        guard let last = name.lastIndex(where: { $0 != " " }) else { throw ReferenceError("nothing stands after tag:") }
        guard name[...last].count <= maximumTagLength else {
            throw ReferenceError("the name of a tag is longer than \(maximumTagLength) characters")
        }
        return .tag(String(name[...last]))
    }

    private static func other(
        _ namespace: Substring, _ value: Substring, _ kind: Kind
    ) throws(ReferenceError) -> EntityReference {
        guard !value.isEmpty else {
            let mend = namespace == "isrc" ? "an ISRC, as in isrc:USRC17607839" : "the value of the id there"
            throw ReferenceError("nothing stands after \(namespace):; give \(mend)")
        }
        guard namespace == "isrc" else {
            return EntityReference(kind: kind, id: ExternalID(namespace: String(namespace), value: String(value)))
        }
        guard let code = ExternalID.canonicalISRC(value) else {
            throw ReferenceError("an ISRC has 12 characters: two letters, three letters or digits, seven digits")
        }
        return EntityReference(kind: .track, id: .isrc(code))
    }

    private static func isNamespace(_ text: Substring) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.utf8.allSatisfy { ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == 45 || $0 == 95 }
    }
}

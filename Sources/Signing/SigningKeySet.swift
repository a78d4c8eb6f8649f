import Foundation

/// The keys that are valid at present: the first signs, all of them verify.
///
/// To rotate, put the new key first, and drop the old one five minutes later, when the last token under it has expired.
public struct SigningKeySet: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The key for new tokens.
    public let signing: SigningKey

    /// All keys in the order given, the signing key first.
    public let all: [SigningKey]

    private let byID: [String: SigningKey]

    /// A set of one or more keys.
    ///
    /// - Throws: `SigningKeyError.none` without keys, `SigningKeyError.duplicateName` when a name occurs twice.
    public init(_ keys: [SigningKey]) throws(SigningKeyError) {
        guard let first = keys.first else { throw .none }
        var byID: [String: SigningKey] = [:]
        for key in keys where byID.updateValue(key, forKey: key.id) != nil { throw .duplicateName(key.id) }
        (signing, all, self.byID) = (first, keys, byID)
    }

    /// Reads `kid:base64[,kid2:base64…]`, either base 64 alphabet, padded or not, white space around entries ignored.
    ///
    /// - Throws: `SigningKeyError`, which names the entry at fault and never shows it.
    public init(parsing text: String) throws(SigningKeyError) {
        var keys: [SigningKey] = []
        let entries = text.split(separator: ",", omittingEmptySubsequences: true)
            .map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
        for (index, entry) in entries.enumerated() where !entry.isEmpty {
            keys.append(try Self.key(parsing: entry, position: index + 1))
        }
        try self.init(keys)
    }

    private static func key(parsing entry: String, position: Int) throws(SigningKeyError) -> SigningKey {
        let (id, secret) = try NamedSecret.parse(entry, position: position)
        return try SigningKey(id: id, secret: secret)
    }

    /// The key of this name, if it is valid at present.
    public subscript(id: String) -> SigningKey? { byID[id] }

    /// The set as `init(parsing:)` reads it, secrets included: for writing a key file, never for a log.
    public var textWithSecrets: String {
        all.map { "\($0.id):\(Data($0.secret).base64EncodedString())" }.joined(separator: ",")
    }

    /// The names alone.
    public var description: String { "SigningKeySet(\(all.map(\.id).joined(separator: ", ")))" }

    /// The names alone.
    public var debugDescription: String { description }

    /// The names alone, so that `dump` keeps the secrets too.
    public var customMirror: Mirror { Mirror(self, children: ["ids": all.map(\.id)]) }
}

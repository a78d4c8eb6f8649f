/// How settings write a secret with its name: `NAME:base64`.
enum NamedSecret {
    /// Reads one entry, either base 64 alphabet, padded or not.
    /// - Throws: `SigningKeyError`, which names the entry at fault and never shows it.
    static func parse(_ entry: String, position: Int) throws(SigningKeyError) -> (id: String, secret: [UInt8]) {
        guard let colon = entry.firstIndex(of: ":") else { throw .missingColon(position: position) }
        let id = String(entry[..<colon])
        guard SigningKey.isValid(id: id) else { throw .invalidName }
        let unpadded = entry[entry.index(after: colon)...].prefix { $0 != "=" }
        let urlSafe = unpadded.replacing("+", with: "-").replacing("/", with: "_")
        let padding = entry.utf8.count - id.utf8.count - 1 - unpadded.utf8.count
        guard padding <= 2, entry.utf8.suffix(padding).allSatisfy({ $0 == UInt8(ascii: "=") }),
            let secret = Base64URL.decode(urlSafe)
        else { throw .invalidSecret(key: id) }
        return (id, secret)
    }
}

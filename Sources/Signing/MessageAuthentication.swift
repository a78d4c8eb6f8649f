import CCrypto

/// HMAC-SHA256 (RFC 2104): proof that a message comes from somebody who holds the key.
public enum MessageAuthentication {
    /// The 32-byte code of `message` under `key`.
    ///
    /// - Throws: `SigningError.library` when OpenSSL cannot.
    public static func code(
        for message: some Collection<UInt8>, key: [UInt8]
    ) throws(SigningError) -> [UInt8] {
        precondition(key.count <= Int(Int32.max), "a key fits in memory many times over")
        let message = Array(message)
        var code = [UInt8](repeating: 0, count: SHA256Digest.byteCount)
        let written = HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &code, nil)
        guard written != nil else { throw .library(operation: "HMAC-SHA256") }
        return code
    }

    /// Whether `code` is the code of `message` under `key`, compared in constant time.
    ///
    /// - Throws: `SigningError.library` when OpenSSL cannot.
    public static func isValid(
        _ code: some Collection<UInt8>, for message: some Collection<UInt8>, key: [UInt8]
    ) throws(SigningError) -> Bool {
        equalInConstantTime(try self.code(for: message, key: key), code)
    }
}

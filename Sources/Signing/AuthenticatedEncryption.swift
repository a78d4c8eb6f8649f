import CCrypto

/// AES-256 in Galois/Counter Mode (NIST SP 800-38D): keeps a text secret, and shows when it or what it belongs to was
/// changed.
enum AuthenticatedEncryption {
    /// The bytes of a key.
    static let keyBytes = 32
    /// The bytes of a nonce, which must never serve twice under one key.
    static let nonceBytes = 12
    /// The bytes of a tag.
    static let tagBytes = 16

    /// The ciphertext, as long as the text, followed by the tag.
    ///
    /// - Throws: `SigningError.library` when OpenSSL cannot.
    static func seal(
        _ text: [UInt8], key: [UInt8], nonce: [UInt8], associated: [UInt8]
    ) throws(SigningError) -> [UInt8] {
        try withContext { context throws(SigningError) in
            try check(EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce))
            var (length, output) = (Int32(0), [UInt8](repeating: 0, count: text.count))
            try check(EVP_EncryptUpdate(context, nil, &length, associated, Int32(associated.count)))
            try check(EVP_EncryptUpdate(context, &output, &length, text, Int32(text.count)))
            var none: UInt8 = 0
            try check(EVP_EncryptFinal_ex(context, &none, &length))
            var tag = [UInt8](repeating: 0, count: tagBytes)
            try check(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tagBytes), &tag))
            return output + tag
        }
    }

    /// The text, or nil where ciphertext, tag, nonce, key or associated data are not those it was sealed with.
    ///
    /// - Throws: `SigningError.library` when OpenSSL cannot.
    static func open(
        _ sealed: [UInt8], key: [UInt8], nonce: [UInt8], associated: [UInt8]
    ) throws(SigningError) -> [UInt8]? {
        guard sealed.count >= tagBytes else { return nil }
        let ciphertext = Array(sealed.dropLast(tagBytes))
        var tag = Array(sealed.suffix(tagBytes))
        return try withContext { context throws(SigningError) in
            try check(EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce))
            var (length, output) = (Int32(0), [UInt8](repeating: 0, count: ciphertext.count))
            try check(EVP_DecryptUpdate(context, nil, &length, associated, Int32(associated.count)))
            try check(EVP_DecryptUpdate(context, &output, &length, ciphertext, Int32(ciphertext.count)))
            try check(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagBytes), &tag))
            var none: UInt8 = 0
            return EVP_DecryptFinal_ex(context, &none, &length) == 1 ? output : nil
        }
    }

    private static func withContext<Value>(
        _ body: (OpaquePointer) throws(SigningError) -> Value
    ) throws(SigningError) -> Value {
        guard let context = EVP_CIPHER_CTX_new() else { throw .library(operation: "AES-256-GCM") }
        defer { EVP_CIPHER_CTX_free(context) }
        return try body(context)
    }

    private static func check(_ status: Int32) throws(SigningError) {
        guard status == 1 else { throw .library(operation: "AES-256-GCM") }
    }
}

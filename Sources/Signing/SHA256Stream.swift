import CCrypto

/// A SHA-256 digest taken over pieces as they come, for what does not fit in memory.
///
/// It owns the library's context, hence it cannot be copied, and finishing consumes it, hence it cannot be finished
/// twice.
public struct SHA256Stream: ~Copyable {
    private let context: OpaquePointer

    /// Begins a digest.
    ///
    /// - Throws: `SigningError.library` when OpenSSL cannot.
    public init() throws(SigningError) {
        guard let context = EVP_MD_CTX_new() else { throw .library(operation: "a digest context") }
        guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            EVP_MD_CTX_free(context)
            throw .library(operation: "SHA-256")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds `bytes` to what is hashed.
    ///
    /// - Throws: `SigningError.library` when OpenSSL cannot.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) throws(SigningError) {
        guard EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1 else {
            throw .library(operation: "SHA-256")
        }
    }

    /// Adds `bytes` to what is hashed.
    ///
    /// - Throws: `SigningError.library` when OpenSSL cannot.
    public mutating func update(_ bytes: [UInt8]) throws(SigningError) {
        try update(bytes, count: bytes.count)
    }

    /// Adds the first `count` of `bytes`, for a block that the last read filled in part only.
    mutating func update(_ bytes: [UInt8], count: Int) throws(SigningError) {
        precondition(count <= bytes.count, "no more bytes than there are")
        guard EVP_DigestUpdate(context, bytes, count) == 1 else { throw .library(operation: "SHA-256") }
    }

    /// The digest of everything added.
    ///
    /// - Throws: `SigningError.library` when OpenSSL cannot.
    public consuming func finish() throws(SigningError) -> SHA256Digest {
        var digest = [UInt8](repeating: 0, count: SHA256Digest.byteCount)
        guard EVP_DigestFinal_ex(context, &digest, nil) == 1 else { throw .library(operation: "SHA-256") }
        return SHA256Digest(exactly: digest)
    }
}

import CCrypto

/// Random bytes fit for keys, tokens and identifiers that nobody may guess.
public enum SecureRandom {
    /// `count` bytes from OpenSSL's generator, which is seeded from the kernel.
    ///
    /// - Throws: `SigningError.random` when the generator could not be seeded; nothing secret may be made then.
    public static func bytes(_ count: Int) throws(SigningError) -> [UInt8] {
        precondition(count >= 0 && count <= Int(Int32.max), "a count of bytes is not negative")
        var bytes = [UInt8](repeating: 0, count: count)
        guard RAND_bytes(&bytes, Int32(count)) == 1 else { throw .random }
        return bytes
    }
}

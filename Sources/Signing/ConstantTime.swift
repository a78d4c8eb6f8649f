import CCrypto

/// Whether two byte strings are equal, in a time that depends on their lengths alone.
///
/// For comparing anything that an attacker may guess byte by byte: signatures, digests of secrets, tokens. Differing
/// lengths answer at once, since the length of a signature is no secret.
public func equalInConstantTime(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    let (left, right) = (Array(left), Array(right))
    return left.withUnsafeBytes { left in
        right.withUnsafeBytes { right in CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0 }
    }
}

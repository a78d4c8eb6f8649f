import Foundation

/// A JSON Web Token taken apart, nothing of it believed yet (RFC 7515, section 7.1).
struct CompactToken {
    /// What the header says about the signature; anything else in it is of no interest.
    struct Header {
        let algorithm: String?
        let type: String?
        let keyID: String?
        let hasCriticalExtensions: Bool
    }

    /// The bytes that the signature covers: header, dot, payload, as they came.
    let signedPart: Substring.UTF8View
    let header: Header
    let payload: [UInt8]
    let signature: [UInt8]

    /// Splits and decodes; nil when it is no compact token with a JSON object for a header.
    init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3,
            let headerBytes = Base64URL.decode(utf8: parts[0]),
            let payload = Base64URL.decode(utf8: parts[1]),
            let signature = Base64URL.decode(utf8: parts[2]),
            let header = JSONObject(parsing: headerBytes)
        else { return nil }
        self.header = Header(
            algorithm: header["alg"]?.text, type: header["typ"]?.text, keyID: header["kid"]?.text,
            hasCriticalExtensions: header["crit"] != nil)
        (self.payload, self.signature) = (payload, signature)
        signedPart = text[..<parts[1].endIndex].utf8
    }

    /// Whether the signature is the HMAC-SHA256 of the signed part under `secret`.
    func isSigned(with secret: [UInt8]) throws(SigningError) -> Bool {
        try MessageAuthentication.isValid(signature, for: signedPart, key: secret)
    }
}

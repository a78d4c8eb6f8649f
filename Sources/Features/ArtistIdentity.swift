internal import Catalog

/// The artist block's identity part: 16 signs that are equal for the tracks of one artist and independent otherwise.
///
/// The cosine of two identities is 1 for the same name and spreads around 0 with deviation 1/4 otherwise. The recipe
/// took the signs from SHA-256; all that it needs of them is independence, so a 64-bit mix of the name's hash does as
/// well and keeps cryptography out of the domain.
enum ArtistIdentity {
    static let dimension = 16

    /// 16 elements of 1/4 or -1/4, or `unknown` without an artist.
    static func direction(ofArtist artist: UInt64?) -> Direction {
        guard let artist else { return .failure(.unknown) }
        // FNV-1a's low bits alone hardly depend on the high bits of the name's letters.
        let bits = SplitMix64.mixed(artist)
        return .success((0..<dimension).map { bits >> UInt64($0) & 1 == 1 ? 0.25 : -0.25 })
    }
}

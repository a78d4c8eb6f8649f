internal import Foundation

/// What the factors of a space were learned with: enough to solve new tracks and playlists as training would have.
public struct ListeningModel: Sendable, Hashable, Codable {
    /// Numbers in a track's factors.
    public let trackFactors: Int
    /// Numbers in an artist's factors; 0 where no playlist has two artists.
    public let artistFactors: Int
    /// The weight of the factors' squared lengths.
    public let regularization: Double
    /// The confidence of an entry in a playlist of median length.
    public let confidence: Double
    /// How fast confidence falls with a playlist's length: (median / length)^lengthDiscount.
    public let lengthDiscount: Double
    /// Median number of distinct tracks, and of distinct artists, of the playlists learned from.
    public let medianTracks: Double
    /// See `medianTracks`.
    public let medianArtists: Double
    /// In how many playlists the most listed recording is.
    public let mostListings: Int

    /// The confidence of the entries of a playlist with this many tracks.
    func trackConfidence(length: Int) -> Float { confidence(medianTracks, length) }

    /// The confidence of the entries of a playlist with this many artists.
    func artistConfidence(length: Int) -> Float { confidence(medianArtists, length) }

    private func confidence(_ median: Double, _ length: Int) -> Float {
        Float(confidence * pow(max(median, 1) / Double(max(length, 1)), lengthDiscount))
    }

    var isValid: Bool {
        let numbers = [regularization, confidence, lengthDiscount, medianTracks, medianArtists]
        return numbers.allSatisfy(\.isFinite) && regularization > 0 && (1...4_096).contains(trackFactors)
            && (0...4_096).contains(artistFactors) && mostListings >= 0
    }
}

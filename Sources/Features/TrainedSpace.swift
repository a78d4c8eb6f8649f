/// A fitted space with everything of it that grows with the catalog. They belong to one training: factors of another one
/// are numbers in another basis.
public struct TrainedSpace: Sendable {
    /// The recipe and its parameters.
    public let space: FeatureSpace
    /// The artists' mean features.
    public let artists: ArtistProfiles
    /// What playlists taught.
    public let factors: LearnedFactors

    /// Puts together what one training made.
    public init(space: FeatureSpace, artists: ArtistProfiles, factors: LearnedFactors) {
        precondition(space.listening == factors.model, "the factors are of another training")
        self.space = space
        self.artists = artists
        self.factors = factors
    }
}

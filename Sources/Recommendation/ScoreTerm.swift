/// What a score may be made of beside the blocks of the vector; the names of these parts in explanations.
public enum ScoreTerm: String, Sendable, CaseIterable {
    /// Being as well known as the seeds.
    case popularity
    /// Being by an artist of the seeds.
    case sameArtist = "same_artist"
    /// Closeness to the closest seed.
    case closestSeed = "closest_seed"
    /// Closeness to wished values.
    case target
}

internal import Catalog
internal import Recommendation
internal import Sampling

/// Keeps the tracks of some contexts of taste out, whoever offers them.
///
/// A source that is asked for one context may offer what belongs to another: artists play more than one sort of music,
/// and neighbours of a group's edge lie beyond it.
struct ContextBarrier: Sendable {
    let taste: TasteContexts
    let catalog: ServingCatalog
    /// The contexts whose tracks are kept out, by number.
    let excluded: Set<Int>

    /// Whether a track belongs to a context that is left out; one of which nothing is known belongs to none.
    func keepsOut(_ track: TrackID) -> Bool {
        guard !excluded.isEmpty, let vector = ProfileSources.direction(of: [track], catalog) else { return false }
        return excluded.contains(taste.context(of: vector))
    }
}

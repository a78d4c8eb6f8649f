internal import Catalog
internal import Sampling

/// What a listener's likes and skips say of tracks by the same artists: the boosts and penalties of a ranking.
struct Taste: Sendable {
    /// What a liked artist adds.
    static let likedArtist = 0.1
    /// What an artist who is skipped more often than heard costs.
    static let skippedArtist = -0.2
    /// What a track that was heard ten times or more costs: it needs no playlist to be found.
    static let heardOften = -0.1

    private var liked: Set<ArtistID> = []
    private var skipped: Set<ArtistID> = []
    private var plays: [UInt64: Int] = [:]

    /// Says nothing.
    static let none = Taste()

    private init() {}

    /// What listening says; `facts` are those of the tracks listened to.
    init(_ listening: [ListenedTrack], facts: [TrackID: TrackFacts]) {
        var balance: [ArtistID: Double] = [:]
        for track in listening {
            plays[track.recording, default: 0] += track.plays
            for artist in facts[track.track]?.artists ?? [] {
                balance[artist, default: 0] += track.affinity
                if track.history.isLiked { liked.insert(artist) }
            }
        }
        skipped = Set(balance.filter { $0.value < 0 }.keys)
    }

    /// The boosts and penalties of a track; none that are 0.
    func terms(for facts: TrackFacts) -> [ScorePart] {
        var terms: [ScorePart] = []
        if facts.artists.contains(where: liked.contains) { terms.append(ScorePart("liked artist", Self.likedArtist)) }
        if facts.artists.contains(where: skipped.contains) {
            terms.append(ScorePart("skipped artist", Self.skippedArtist))
        }
        if let count = plays[facts.recording], count > 0 {
            terms.append(ScorePart("heard often", Self.heardOften * min(1, Double(count) / 10)))
        }
        return terms
    }
}

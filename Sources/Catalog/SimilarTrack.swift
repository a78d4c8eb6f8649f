public import Foundation

/// A track that somebody holds similar to another, as that source names it.
public struct SimilarTrack: Sendable, Hashable {
    /// External ids, where the source gives any.
    public var ids: [ExternalID]
    /// The title.
    public var name: String
    /// Who is credited.
    public var artist: String
    /// 0 to 1, 1 for the most similar.
    public var similarity: Double

    /// Describes a similar track.
    public init(ids: [ExternalID], name: String, artist: String, similarity: Double) {
        (self.ids, self.name, self.artist, self.similarity) = (ids, name, artist, similarity)
    }

    /// What finds it in the catalog.
    public var mention: MentionRecord { MentionRecord(ids: ids, title: name, artist: artist, line: 0) }
}

/// A track of the catalog that a source holds similar to others.
public struct SimilarityMatch: Sendable, Hashable {
    /// Which track.
    public var track: TrackID
    /// 0 to 1; of several tracks that it is similar to, the greatest.
    public var similarity: Double

    /// Pairs a track with how similar it is.
    public init(track: TrackID, similarity: Double) { (self.track, self.similarity) = (track, similarity) }
}

/// Keeps what sources hold similar to tracks, as far as the catalog has it. Implemented by Storage.
public protocol SimilarityStore: Sendable {
    /// Keeps what a source says of tracks in place of what it said of them before.
    ///
    /// Each track that it names is looked for by id, by ISRC and then by artist and title; what the catalog lacks, and a
    /// track itself, is left out.
    /// - Returns: how many pairs of tracks are kept.
    @discardableResult
    func keep(_ similar: [TrackID: [SimilarTrack]], by source: String, at moment: Date) async throws -> Int
    /// The tracks that a source holds similar to any of the seeds, or that it holds any of the seeds similar to, the most
    /// similar first; never a seed itself.
    ///
    /// Both ways, so that a track that came into the catalog later is found from what was asked about it alone.
    func similar(to seeds: [TrackID], by source: String, limit: Int) async throws -> [SimilarityMatch]
}

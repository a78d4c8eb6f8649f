internal import Foundation
internal import LinearAlgebra

/// What training learned of recordings, artists and playlists from who stands on a playlist with whom.
///
/// It grows with the catalog and is kept beside the space, as plain sorted columns that a file can hold as they are.
/// Fold-in, the solving of newcomers against what is fixed here, is in `LearnedFactors+FoldIn.swift`.
public struct LearnedFactors: Sendable {
    /// The columns of a file.
    public struct Columns: Sendable, Equatable {
        /// Hashes of the recordings on some playlist (`TrackIdentity.recording`), ascending.
        public var recordings: [UInt64] = []
        /// On how many playlists each is; at least 1.
        public var listings: [UInt32] = []
        /// recordings.count x trackFactors, row-major.
        public var recordingFactors: [Float] = []
        /// Hashes of the artists on some playlist (`TrackIdentity.artist`), ascending.
        public var artists: [UInt64] = []
        /// artists.count x artistFactors, row-major.
        public var artistFactors: [Float] = []
        /// Internal ids of the playlists learned from, ascending.
        public var playlists: [Int64] = []
        /// playlists.count x trackFactors, row-major.
        public var playlistTrackFactors: [Float] = []
        /// playlists.count x artistFactors, row-major.
        public var playlistArtistFactors: [Float] = []
        /// The confidence of each playlist's entries as tracks; 0 where it took no part in that.
        public var trackConfidence: [Float] = []
        /// The confidence of each playlist's entries as artists; 0 where it took no part in that.
        public var artistConfidence: [Float] = []

        /// Empty columns.
        public init() {}
    }

    /// The columns, for a file to hold.
    public let columns: Columns
    let model: ListeningModel?
    let recordings: FixedFactors
    let artists: FixedFactors
    let tracksOfPlaylists: FixedFactors
    let artistsOfPlaylists: FixedFactors
    private let logOfMost: Float

    /// Nothing learned.
    public static let none = LearnedFactors(trusted: Columns(), model: nil)

    /// Takes columns that a training made, or nil where they cannot be such: not ascending, of other lengths than the
    /// model's, or with a number that is not finite.
    public init?(_ columns: Columns, model: ListeningModel?) {
        guard columns.isConsistent(trackFactors: model?.trackFactors ?? 0, artistFactors: model?.artistFactors ?? 0)
        else { return nil }
        self.init(trusted: columns, model: model)
    }

    init(trusted columns: Columns, model: ListeningModel?) {
        self.columns = columns
        self.model = model
        let (tracks, artists, ridge) = (
            model?.trackFactors ?? 0, model?.artistFactors ?? 0, model?.regularization ?? 1
        )
        func fixed(_ elements: [Float], _ rows: Int, _ factors: Int) -> FixedFactors {
            FixedFactors(FactorMatrix(rows: rows, factors: factors, elements: elements), regularization: ridge)
        }
        recordings = fixed(columns.recordingFactors, columns.recordings.count, tracks)
        self.artists = fixed(columns.artistFactors, columns.artists.count, artists)
        tracksOfPlaylists = fixed(columns.playlistTrackFactors, columns.playlists.count, tracks)
        artistsOfPlaylists = fixed(columns.playlistArtistFactors, columns.playlists.count, artists)
        logOfMost = log1p(Float(columns.listings.max() ?? 0))
    }

    /// On how many playlists a recording is; 0 where on none.
    public func listings(ofRecording hash: UInt64) -> Int {
        columns.recordings.sortedIndex(of: hash).map { Int(columns.listings[$0]) } ?? 0
    }

    /// How well known a recording is, 0 to 1: ln(1 + n) / ln(1 + largest n), n being the playlists that it is on.
    public func familiarity(ofRecording hash: UInt64) -> Float {
        logOfMost > 0 ? log1p(Float(listings(ofRecording: hash))) / logOfMost : 0
    }

    /// The factors of a recording, or nil where training has not seen it on a playlist.
    func factors(ofRecording hash: UInt64) -> [Float]? {
        columns.recordings.sortedIndex(of: hash).map { Array(recordings.matrix[$0]) }
    }

    /// The factors of an artist, or nil where training has not seen it on a playlist.
    func factors(ofArtist hash: UInt64) -> [Float]? {
        columns.artists.sortedIndex(of: hash).map { Array(artists.matrix[$0]) }
    }
}

extension LearnedFactors.Columns {
    fileprivate func isConsistent(trackFactors: Int, artistFactors: Int) -> Bool {
        let lengths = [
            (listings.count, recordings.count), (recordingFactors.count, recordings.count * trackFactors),
            (self.artistFactors.count, artists.count * artistFactors),
            (playlistTrackFactors.count, playlists.count * trackFactors),
            (playlistArtistFactors.count, playlists.count * artistFactors), (trackConfidence.count, playlists.count),
            (artistConfidence.count, playlists.count),
        ]
        let numbers = [
            recordingFactors, self.artistFactors, playlistTrackFactors, playlistArtistFactors, trackConfidence,
            artistConfidence,
        ]
        return lengths.allSatisfy { $0.0 == $0.1 } && recordings.isAscending && artists.isAscending
            && playlists.isAscending && !listings.contains(0)
            && numbers.allSatisfy { column in column.allSatisfy(\.isFinite) }
    }
}

extension Array where Element: Comparable {
    /// Whether every element is greater than the one before.
    fileprivate var isAscending: Bool { zip(self, dropFirst()).allSatisfy(<) }
}

public import Catalog

/// Turns tracks of a catalog into vectors of a trained space.
///
/// A track that came after training is vectorized as the others were: its recording or artist keeps the factors and the
/// mean that training gave them; a recording or artist new to it is folded in from the playlists that it is on, and a
/// new artist has the track's own features as mean, which is what training with that track would give.
public struct Vectorizer: Sendable {
    /// The space of the vectors.
    public let space: FeatureSpace
    /// The artists' means.
    public let artists: ArtistProfiles
    /// What playlists taught.
    public let factors: LearnedFactors
    private var newPlaylists: [PlaylistID: PlaylistFactors] = [:]

    /// Vectorizes in a trained space.
    public init(_ trained: TrainedSpace) {
        space = trained.space
        artists = trained.artists
        factors = trained.factors
    }

    /// Makes a playlist that training has not seen known, by the tracks on it that training has seen, so that newcomers
    /// on it can be folded in.
    public mutating func fold(in playlist: PlaylistID, tracks: [CatalogTrack]) {
        newPlaylists[playlist] = factors.factors(ofNewPlaylist: tracks.map(TrackIdentity.init))
    }

    /// How well known the track is, 0 to 1: by the number of playlists that training saw it on.
    public func familiarity(of track: CatalogTrack) -> Float {
        factors.familiarity(ofRecording: TrackIdentity(track).recording)
    }

    /// The track's vector: `space.dimension` finite elements of unit length, or nil where no block is covered, in
    /// which case there is nothing to find the track by and `absences(of:)` says why for each block.
    /// - Parameter playlists: the playlists that the track is on, for one that training has not seen; those that are
    ///   known to neither training nor `fold(in:tracks:)` are left out.
    public func vector(for track: CatalogTrack, playlists: [PlaylistID] = []) -> TrackVector? {
        let source = Source(track, playlists)
        let directions = space.blocks.map { direction(of: $0.part, for: source) }
        let scales = PartScales(space, present: directions.map(\.isSuccess))
        guard let scales else { return nil }
        var values = [Float](repeating: 0, count: space.dimension)
        var coverage = Coverage()
        for (place, layout) in space.blocks.enumerated() {
            guard case .success(let elements) = directions[place] else { continue }
            for (index, element) in zip(layout.range, elements) { values[index] = Float(element * scales.parts[place]) }
            coverage.insert(layout.block)
        }
        if let padding = space.padding { values[padding] = Float(scales.padding) }
        if coverage.contains(.audio) { insertFeatures(of: source.raw, into: &coverage) }
        return TrackVector(track: track.id, values: values, coverage: coverage)
    }

    /// Why the track's vector lacks what it lacks.
    public func absences(of track: CatalogTrack, playlists: [PlaylistID] = []) -> [Block: BlockAbsence] {
        let source = Source(track, playlists)
        return Block.allCases.reduce(into: [:]) { absences, block in
            let parts = space.blocks.filter { $0.block == block }.map { direction(of: $0.part, for: source) }
            guard !parts.contains(where: \.isSuccess) else { return }
            let reasons = parts.compactMap(\.failure)
            absences[block] = reasons.first { $0 != .unknown } ?? reasons.first ?? .notInSpace
        }
    }

    /// A track with what is computed from it once for several parts.
    private struct Source {
        let track: CatalogTrack
        let identity: TrackIdentity
        let raw: [Double]
        let playlists: [PlaylistID]

        init(_ track: CatalogTrack, _ playlists: [PlaylistID]) {
            self.track = track
            self.playlists = playlists
            identity = TrackIdentity(track)
            raw = AudioColumn.rawVector(of: track)
        }
    }

    private func direction(of part: BlockPart, for source: Source) -> Direction {
        switch part {
        case .trackFactors: trackFactors(source)
        case .artistFactors: artistFactors(source)
        case .audio: space.audio.direction(of: source.raw)
        case .artistAudio: artistAudio(source)
        case .era: Era.direction(of: source.track.year)
        case .artistIdentity: ArtistIdentity.direction(ofArtist: source.identity.artist)
        case .structure: space.structure?.direction(of: source.track) ?? .failure(.notInSpace)
        case .sound: space.sound?.direction(of: source.track.sound) ?? .failure(.notInSpace)
        case .form: space.form?.direction(of: source.track.form) ?? .failure(.notInSpace)
        }
    }

    private func trackFactors(_ source: Source) -> Direction {
        Self.direction(
            factors.factors(ofRecording: source.identity.recording) ?? factors.trackFactors(on: known(source.playlists))
        )
    }

    private func artistFactors(_ source: Source) -> Direction {
        guard let artist = source.identity.artist else { return .failure(.unknown) }
        return Self.direction(factors.factors(ofArtist: artist) ?? factors.artistFactors(on: known(source.playlists)))
    }

    private static func direction(_ factors: [Float]?) -> Direction {
        // Factors of zero are those of playlists that say nothing.
        guard let factors, factors.contains(where: { $0 != 0 }) else { return .failure(.unknown) }
        return factors.map(Double.init).direction
    }

    private func known(_ playlists: [PlaylistID]) -> [PlaylistFactors] {
        playlists.compactMap { factors.factors(of: $0) ?? newPlaylists[$0] }
    }

    private func artistAudio(_ source: Source) -> Direction {
        guard let artist = source.identity.artist else { return .failure(.unknown) }
        return space.audio.direction(of: artists.mean(of: artist) ?? source.raw)
    }

    private func insertFeatures(of raw: [Double], into coverage: inout Coverage) {
        for column in AudioColumn.allCases
        where space.audio.scaling.isInformative(column) && !raw[column.rawValue].isNaN {
            coverage.insert(column.feature)
        }
    }
}

extension Result {
    fileprivate var isSuccess: Bool {
        if case .success = self { true } else { false }
    }

    fileprivate var failure: Failure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}

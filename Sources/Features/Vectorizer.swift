public import Catalog

/// Turns tracks of a catalog into vectors of a fitted space.
///
/// A track that came after the fit is vectorized as the others were: an artist of the catalog keeps the mean that the
/// other tracks' vectors have, and an artist new to it has the track's own features as mean, which is what a fit with
/// that track would give.
public struct Vectorizer: Sendable {
    /// The space of the vectors.
    public let space: FeatureSpace
    /// The artists' means.
    public let artists: ArtistProfiles

    /// Combines a space with artists' means, of the same pass or a later one.
    public init(space: FeatureSpace, artists: ArtistProfiles) {
        self.space = space
        self.artists = artists
    }

    /// The track's vector: `space.dimension` finite elements of unit length, or nil where no block is covered, in
    /// which case there is nothing to find the track by and `absences(of:)` says why for each block.
    public func vector(for track: CatalogTrack) -> TrackVector? {
        let raw = AudioColumn.rawVector(of: track)
        var values = [Float](repeating: 0, count: space.dimension)
        var coverage = Coverage()
        let parts = space.blocks.map { ($0, direction(of: $0.block, for: track, raw)) }
        let present = parts.reduce(0) { sum, part in sum + (part.1.isSuccess ? part.0.weight : 0) }
        guard present > 0 else { return nil }
        for (layout, direction) in parts {
            guard case .success(let elements) = direction else { continue }
            let scale = (layout.weight / present).squareRoot()
            for (index, element) in zip(layout.range, elements) { values[index] = Float(element * scale) }
            coverage.insert(layout.block)
        }
        if coverage.contains(.audio) { insertFeatures(of: raw, into: &coverage) }
        return TrackVector(track: track.id, values: values, coverage: coverage)
    }

    /// Why the track's vector lacks what it lacks.
    public func absences(of track: CatalogTrack) -> [Block: BlockAbsence] {
        let raw = AudioColumn.rawVector(of: track)
        let known = Set(space.blocks.map(\.block))
        return Block.allCases.reduce(into: [:]) { absences, block in
            guard known.contains(block) else {
                absences[block] = .notInSpace
                return
            }
            if case .failure(let absence) = direction(of: block, for: track, raw) { absences[block] = absence }
        }
    }

    private func direction(of block: Block, for track: CatalogTrack, _ raw: [Double]) -> Direction {
        switch block {
        case .audio: space.audio.direction(of: raw)
        case .artistAudio: artistDirection(for: track, raw)
        case .era: Era.direction(of: track.year)
        case .artist: ArtistIdentity.direction(of: track)
        case .structure: space.structure?.direction(of: track) ?? .failure(.notInSpace)
        case .listeners, .sound: .failure(.notInSpace)
        }
    }

    private func artistDirection(for track: CatalogTrack, _ raw: [Double]) -> Direction {
        guard let artist = track.artists.first else { return .failure(.unknown) }
        return space.audio.direction(of: artists.mean(of: artist.id) ?? raw)
    }

    private func insertFeatures(of raw: [Double], into coverage: inout Coverage) {
        for column in AudioColumn.allCases where space.audio.isInformative(column) && !raw[column.rawValue].isNaN {
            coverage.insert(column.feature)
        }
    }
}

extension Result {
    fileprivate var isSuccess: Bool {
        if case .success = self { true } else { false }
    }
}

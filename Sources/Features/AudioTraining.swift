internal import Catalog
internal import LinearAlgebra

/// Learns the audio block's rotation: tracks of one playlist come nearer to each other, playlists further apart.
struct AudioTraining {
    /// Tracks of a playlist that tell something of how it varies.
    static let leastTracks = 5
    /// Tracks of a playlist that are looked at; of longer ones a sample.
    static let mostTracks = 200

    let tracks: TrainingTracks
    let playlists: TrainingPlaylists
    let scaling: AudioScaling

    /// The transform, or nil where no playlist tells anything or nothing varies.
    func projection(_ options: TrainingOptions) throws(LinearAlgebraError) -> AudioProjection? {
        var groups = GroupDiscriminant(dimension: AudioScaling.dimension)
        for playlist in 0..<playlists.count {
            let covered = playlists.members(playlist).filter { tracks.isCovered[Int($0)] }
            guard covered.count >= Self.leastTracks else { continue }
            try groups.add(group: columns(sample(covered, options.seed)))
        }
        guard groups.groups > 0 else { return nil }
        try addPopulation(to: &groups)
        do {
            return try AudioProjection(groups.transform(ridge: 0.05, shrinkage: options.audioShrinkage))
        } catch .notPositiveDefinite {
            // Nothing varies, so that there is no spread to compare with.
            return nil
        }
    }

    private func addPopulation(to groups: inout GroupDiscriminant) throws(LinearAlgebraError) {
        let covered = tracks.isCovered.indices.filter { tracks.isCovered[$0] }.map(UInt32.init)
        for start in stride(from: 0, to: covered.count, by: 4_096) {
            try groups.add(population: columns(covered[start..<min(start + 4_096, covered.count)]))
        }
    }

    private func columns(_ recordings: some Collection<UInt32>) -> [Double] {
        var result: [Double] = []
        result.reserveCapacity(recordings.count * AudioScaling.dimension)
        for recording in recordings { result.append(contentsOf: scaling.filled(tracks.audio(recording))) }
        return result
    }

    /// At most `mostTracks` of the members, chosen by recording and seed alone.
    private func sample(_ members: [UInt32], _ seed: UInt64) -> [UInt32] {
        guard members.count > Self.mostTracks else { return members }
        let keyed = members.map { (SplitMix64.mixed(tracks.recordings[Int($0)] ^ seed), $0) }
        return keyed.sorted { $0 < $1 }.prefix(Self.mostTracks).map(\.1)
    }
}

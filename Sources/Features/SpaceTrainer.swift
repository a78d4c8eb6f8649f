public import Catalog
internal import LinearAlgebra

/// Learns a feature space from a catalog: all tracks first, then all playlists.
///
/// The same tracks and playlists in the same order give the same space to the last bit, whatever the number of threads.
/// Memory: about 90 bytes a track, 4 bytes a playlist's entry, and while factors are learned 12 bytes an entry and
/// 400 bytes a listed recording or playlist more.
public struct SpaceTrainer: Sendable {
    private let options: TrainingOptions
    private var columns = Array(repeating: RunningMoments(), count: AudioScaling.dimension)
    private var profiles = ArtistSums()
    private var timbre = RunningCovariance(dimension: StructureTransform.dimension)
    private var sound: RunningCovariance?
    private var form: RunningCovariance?
    private var tracks = TrainingTracks()
    private var playlists = TrainingPlaylists()

    /// Begins with an empty catalog.
    public init(options: TrainingOptions = TrainingOptions()) { self.options = options }

    /// Takes one track in. What is missing takes no part in any mean or deviation.
    public mutating func add(_ track: CatalogTrack) {
        let raw = AudioColumn.rawVector(of: track)
        let identity = TrackIdentity(track)
        for (index, value) in raw.enumerated() where !value.isNaN { columns[index].add(value) }
        if let artist = identity.artist { profiles.add(raw, of: artist) }
        if let values = track.structure.flatMap(StructureTransform.values) {
            // The values are finite, which is all that could be refused.
            try? timbre.add(values)
        }
        Self.take(track.sound, into: &sound)
        Self.take(track.form, into: &form)
        tracks.add(track.id, identity, raw: raw)
    }

    /// How many numbers there are is what the first recording says; those of another version wait for their analysis.
    private static func take(_ numbers: [Float]?, into statistics: inout RunningCovariance?) {
        guard let numbers, !numbers.isEmpty else { return }
        var taken = statistics ?? RunningCovariance(dimension: numbers.count)
        guard taken.dimension == numbers.count else { return }
        // What is not finite is refused and left out.
        try? taken.add(numbers.map(Double.init))
        statistics = taken
    }

    /// Takes tracks in, in order.
    public mutating func add(_ tracks: some Sequence<CatalogTrack>) {
        for track in tracks { add(track) }
    }

    /// Takes a playlist in, after all tracks. Unknown tracks are skipped, and recordings that it has twice count once.
    public mutating func add(playlist id: PlaylistID, tracks members: [TrackID]) {
        tracks.sort()
        playlists.add(
            id, members.lazy.compactMap { [tracks] in tracks.recording(of: $0) },
            recordingCount: tracks.recordings.count)
    }

    /// The space with all that belongs to it. An empty catalog gives a space in which a track has at most a year and an
    /// artist; without playlists it is one of content alone.
    /// - Parameter progress: is told the share that is done, 0 to 1.
    /// - Throws: `FeatureSpaceError.decomposition` where numbers are such that no space can be fitted.
    public consuming func finish(
        progress: (Double) -> Void = { _ in }
    ) throws(FeatureSpaceError) -> TrainedSpace {
        let moments = zip(AudioColumn.allCases, columns).map { [options] column, moments in
            (mean: moments.mean, deviation: options.features.contains(column.feature) ? moments.deviation : 0)
        }
        let scaling = AudioScaling(means: moments.map(\.mean), deviations: moments.map(\.deviation))
        do throws(LinearAlgebraError) {
            let audio = AudioTransform(
                scaling: scaling,
                projection: options.learnsAudio
                    ? try AudioTraining(tracks: tracks, playlists: playlists, scaling: scaling).projection(options)
                    : nil)
            let listening = ListeningTraining(tracks: tracks, playlists: playlists, options: options)
            let learned = try listening.run(progress)
            let space = FeatureSpace(
                fittedTracks: tracks.trackCount, fittedPlaylists: learned.playlists,
                weights: options.weights ?? .grown(playlists: learned.playlists),
                renormalisation: options.renormalisation ?? (learned.playlists == 0 ? 1 : 0.5),
                audio: audio, structure: try StructureTransform(fitting: timbre),
                sound: try sound.flatMap { statistics throws(LinearAlgebraError) in
                    try SoundTransform(fitting: statistics)
                },
                form: try form.flatMap { statistics throws(LinearAlgebraError) in
                    try SoundTransform(fitting: statistics)
                },
                listening: learned.model)
            return TrainedSpace(
                space: space, artists: profiles.profiles(),
                factors: LearnedFactors(trusted: learned.columns, model: learned.model))
        } catch {
            throw .decomposition(error.description)
        }
    }
}

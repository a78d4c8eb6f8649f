internal import Catalog

/// What training keeps of every track: about 90 bytes, in columns.
struct TrainingTracks: Sendable {
    /// A recording that has no artist.
    static let noArtist = UInt32.max

    private(set) var trackCount = 0
    /// By recording: its hash, its artist, whether it has a measured feature other than its length, and its raw audio.
    private(set) var recordings: [UInt64] = []
    private(set) var artistOf: [UInt32] = []
    private(set) var isCovered: [Bool] = []
    private var raw: [Float] = []
    /// By artist: its hash.
    private(set) var artists: [UInt64] = []

    /// Tracks in order of arrival, and the recording of each.
    private var ids: [Int64] = []
    private var recordingOf: [UInt32] = []
    private var isAscending = true
    private var recordingNumbers: [UInt64: UInt32] = [:]
    private var artistNumbers: [UInt64: UInt32] = [:]

    /// Takes a track in. Of several tracks of a recording, the first covered one speaks for all.
    mutating func add(_ id: TrackID, _ identity: TrackIdentity, raw values: [Double]) {
        let recording = number(of: identity)
        trackCount += 1
        isAscending = isAscending && id.rawValue > ids.last ?? .min
        ids.append(id.rawValue)
        recordingOf.append(recording)
        let covered = AudioColumn.allCases.contains { $0 != .duration && !values[$0.rawValue].isNaN }
        guard covered, !isCovered[Int(recording)] else { return }
        isCovered[Int(recording)] = true
        for (column, value) in values.enumerated() {
            raw[Int(recording) * AudioScaling.dimension + column] = Float(value)
        }
    }

    private mutating func number(of identity: TrackIdentity) -> UInt32 {
        if let known = recordingNumbers[identity.recording] { return known }
        let number = UInt32(recordings.count)
        recordingNumbers[identity.recording] = number
        recordings.append(identity.recording)
        artistOf.append(identity.artist.map { artistNumber($0) } ?? Self.noArtist)
        isCovered.append(false)
        raw.append(contentsOf: repeatElement(.nan, count: AudioScaling.dimension))
        return number
    }

    private mutating func artistNumber(_ artist: UInt64) -> UInt32 {
        if let known = artistNumbers[artist] { return known }
        let number = UInt32(artists.count)
        artistNumbers[artist] = number
        artists.append(artist)
        return number
    }

    /// Brings the tracks in order of id, after the last of them.
    mutating func sort() {
        guard !isAscending else { return }
        let order = ids.indices.sorted { ids[$0] < ids[$1] }
        ids = order.map { ids[$0] }
        recordingOf = order.map { recordingOf[$0] }
        isAscending = true
    }

    /// The recording of a track, or nil for an unknown one; after `sort()`.
    func recording(of track: TrackID) -> UInt32? {
        guard let first = ids.first, track.rawValue >= first else { return nil }
        // Ids of a catalog from which little was removed stand near their number, and never beyond it.
        let guess = track.rawValue.subtractingReportingOverflow(first)
        let last = guess.overflow || guess.partialValue >= Int64(ids.count) ? ids.count - 1 : Int(guess.partialValue)
        if ids[last] == track.rawValue { return recordingOf[last] }
        return ids[...last].sortedIndex(of: track.rawValue).map { recordingOf[$0] }
    }

    /// The 14 raw audio columns of a recording, NaN where missing.
    func audio(_ recording: UInt32) -> ArraySlice<Float> {
        let start = Int(recording) * AudioScaling.dimension
        return raw[start..<start + AudioScaling.dimension]
    }
}

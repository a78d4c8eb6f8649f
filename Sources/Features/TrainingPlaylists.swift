internal import Catalog
internal import LinearAlgebra

/// What training keeps of every playlist: its distinct recordings, four bytes each.
struct TrainingPlaylists: Sendable {
    private(set) var ids: [Int64] = []
    /// Where each playlist's members begin; one more at the end.
    private(set) var offsets = [0]
    private(set) var members: [UInt32] = []
    /// By recording: the last playlist that it was seen on, plus one.
    private var lastSeen: [UInt32] = []

    var count: Int { ids.count }

    /// Takes a playlist in; a recording that it has twice counts once.
    mutating func add(_ id: PlaylistID, _ recordings: some Sequence<UInt32>, recordingCount: Int) {
        ids.append(id.rawValue)
        if lastSeen.count < recordingCount {
            lastSeen.append(contentsOf: repeatElement(0, count: recordingCount - lastSeen.count))
        }
        let mark = UInt32(ids.count)
        for recording in recordings where lastSeen[Int(recording)] != mark {
            lastSeen[Int(recording)] = mark
            members.append(recording)
        }
        offsets.append(members.count)
    }

    /// The distinct recordings of a playlist, in its order.
    func members(_ playlist: Int) -> ArraySlice<UInt32> { members[offsets[playlist]..<offsets[playlist + 1]] }
}

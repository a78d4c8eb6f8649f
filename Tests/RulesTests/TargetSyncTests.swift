import Catalog
import Rules
import Synchronization
import Testing

/// A playlist in memory that others may change under a sync.
private final class MemoryPlaylist: PlaylistTarget {
    struct State {
        var keys: [String]
        var version = 0
        var calls: [Int] = []
        var disturbances = 0
    }

    let batchSize = 3
    let state: Mutex<State>

    init(_ keys: [String], disturbances: Int = 0) {
        state = Mutex(State(keys: keys, disturbances: disturbances))
    }

    func contents() async throws -> PlaylistState {
        state.withLock { PlaylistState(keys: $0.keys, version: "\($0.version)") }
    }

    /// Tracks from 100 on are unknown here.
    func keys(of tracks: [TrackID]) async throws -> [TrackID: String] {
        Dictionary(uniqueKeysWithValues: tracks.filter { $0.rawValue < 100 }.map { ($0, "k\($0.rawValue)") })
    }

    func tracks(of keys: [String]) async throws -> [String: TrackID] {
        Dictionary(
            uniqueKeysWithValues: keys.compactMap { key in
                Int64(key.dropFirst()).map { (key, TrackID(rawValue: $0)) }
            })
    }

    func add(_ keys: [String], at version: String?) async throws -> String? {
        try change(version, keys.count) { $0 += keys }
    }

    func remove(_ keys: [String], at version: String?) async throws -> String? {
        try change(version, keys.count) { $0.removeAll { keys.contains($0) } }
    }

    private func change(_ version: String?, _ count: Int, _ body: (inout [String]) -> Void) throws -> String? {
        try state.withLock { state in
            if state.disturbances > 0 {
                state.disturbances -= 1
                state.version += 1
            }
            guard version == "\(state.version)" else { throw PlaylistTargetError.changedMeanwhile("p") }
            body(&state.keys)
            state.version += 1
            state.calls.append(count)
            return "\(state.version)"
        }
    }
}

@Suite struct TargetSyncTests {
    private func ids(_ range: Range<Int64>) -> [TrackID] { range.map(TrackID.init(rawValue:)) }

    @Test func changesComeInBatchesAndProgressIsTold() async throws {
        let playlist = MemoryPlaylist(["k1", "x", "k2", "y"])
        let told = Mutex<[TargetSync.Outcome]>([])
        let outcome = try await TargetSync(playlist, name: "p").run(ids(1..<9) + ids(100..<102)) { now in
            told.withLock { $0.append(now) }
        }
        #expect(playlist.state.withLock { $0.keys } == ["k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8"])
        #expect(playlist.state.withLock { $0.calls } == [2, 3, 3])
        #expect(outcome.added == 6 && outcome.removed == 2 && outcome.kept == 2 && outcome.unknown == 2)
        #expect(told.withLock { $0.map(\.added) } == [0, 3, 6])
    }

    @Test func aPlaylistThatChangesMeanwhileIsLookedAtAnew() async throws {
        let playlist = MemoryPlaylist([], disturbances: 2)
        _ = try await TargetSync(playlist, name: "p").run(ids(1..<5)) { _ in }
        #expect(playlist.state.withLock { $0.keys.count } == 4)
    }

    @Test func whoeverKeepsChangingItIsGivenWay() async throws {
        let playlist = MemoryPlaylist([], disturbances: 99)
        await #expect(throws: PlaylistTargetError.changedMeanwhile("name")) {
            _ = try await TargetSync(playlist, name: "name").run(ids(1..<5)) { _ in }
        }
        #expect(playlist.state.withLock { $0.keys.isEmpty })
    }

    @Test func countsGoOnFromWhereTheyWere() async throws {
        var start = TargetSync.Outcome()
        start.added = 10
        let outcome = try await TargetSync(MemoryPlaylist([]), name: "p").run(ids(1..<3), from: start) { _ in }
        #expect(outcome.added == 12)
    }

    @Test func aPreviewWritesNothing() async throws {
        let playlist = MemoryPlaylist(["k1", "k7", "foreign"])
        let preview = try await RuleSetPreview.make(wanted: ids(1..<4) + ids(100..<101), matching: 9, target: playlist)
        #expect(preview.gained == ids(2..<4) && preview.kept == ids(1..<2) && preview.lost == ids(7..<8))
        #expect(preview.lostUnknown == 1 && preview.unavailable == 1 && preview.matching == 9)
        #expect(playlist.state.withLock { $0.calls.isEmpty })
        let free = try await RuleSetPreview.make(wanted: ids(1..<4), matching: 3, target: nil)
        #expect(free.gained == ids(1..<4) && free.kept.isEmpty)
    }
}

@Suite("Playlists are never emptied") struct EmptySyncTests {
    @Test(arguments: [[], [TrackID(rawValue: 100), TrackID(rawValue: 101)]])
    func whereNothingIsWantedThePlaylistStaysAsItWas(_ wanted: [TrackID]) async throws {
        let playlist = MemoryPlaylist(["k1", "k2"])
        await #expect(throws: PlaylistTargetError.wouldBeEmpty("p")) {
            _ = try await TargetSync(playlist, name: "p").run(wanted) { _ in Issue.record("nothing is to be done") }
        }
        let (keys, calls) = playlist.state.withLock { ($0.keys, $0.calls) }
        #expect(keys == ["k1", "k2"] && calls.isEmpty)
        let message = PlaylistTargetError.wouldBeEmpty("p").description
        #expect(message.contains("stays as it was") && message.contains("remove the playlist"))
    }

    @Test func anEmptyPlaylistStaysEmpty() async throws {
        let outcome = try await TargetSync(MemoryPlaylist([]), name: "p").run([TrackID(rawValue: 100)]) { _ in }
        #expect(outcome.kept == 0 && outcome.added == 0 && outcome.unknown == 1)
    }

    @Test func aPreviewShowsThatNothingWouldGo() async throws {
        let playlist = MemoryPlaylist(["k1", "k2"])
        let none = try await RuleSetPreview.make(wanted: [], matching: 0, target: playlist)
        #expect(none.lost.isEmpty && none.gained.isEmpty && none.kept.map(\.rawValue) == [1, 2])
        let one = try await RuleSetPreview.make(wanted: [TrackID(rawValue: 2)], matching: 1, target: playlist)
        #expect(one.lost.map(\.rawValue) == [1] && one.kept.map(\.rawValue) == [2])
    }
}

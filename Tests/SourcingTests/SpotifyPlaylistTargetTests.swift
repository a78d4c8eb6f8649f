import Catalog
import FakeServices
import Foundation
import Providers
import Rules
import Sourcing
import Storage
import TestSupport
import Testing

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

@Suite("Playlists at Spotify as targets", .enabled(if: hasDatabase, "DATABASE_URL is not set"))
struct SpotifyPlaylistTargetTests {
    /// A connected bench with a target on one of the listener's playlists; internal ids are places in the fake's world.
    private func withTarget(
        _ number: Int, _ body: @escaping @Sendable (SpotifyBench, SpotifyPlaylistTarget) async throws -> Void
    ) async throws {
        try await withTestDatabase { store in
            let bench = try SpotifyBench(store)
            try await bench.connect()
            try await body(bench, target(bench, bench.fake.playlists[number].id))
        }
    }

    private func target(_ bench: SpotifyBench, _ id: String) -> SpotifyPlaylistTarget {
        let world = bench.fake.world
        return SpotifyPlaylistTarget(
            bench.spotify(), playlist: id,
            names: .init(
                ids: { tracks in
                    Dictionary(
                        uniqueKeysWithValues: tracks.filter { $0.rawValue < 1_900 }.map {
                            ($0, world.tracks[Int($0.rawValue)].spotify)
                        })
                },
                tracks: { keys in
                    Dictionary(
                        keys.compactMap { key in
                            world.track(spotify: key).map { (key, TrackID(rawValue: Int64($0.number))) }
                        }
                    ) { first, _ in first }
                }))
    }

    private func numbers(_ bench: SpotifyBench, _ playlist: Int) -> [Int] {
        bench.fake.playlists[playlist].entries.compactMap { if case .track(let number) = $0 { number } else { nil } }
    }

    @Test func aPlaylistIsReadPageByPage() async throws {
        try await withTarget(3) { bench, target in
            let state = try await target.contents()
            #expect(state.keys == numbers(bench, 3).map { bench.fake.world.tracks[$0].spotify })
            #expect(state.version == bench.fake.playlists[3].snapshot)
        }
    }

    @Test func onlyWhatDiffersIsSentInBatchesAndTheRestStays() async throws {
        try await withTarget(0) { bench, target in
            let before = numbers(bench, 0)
            let kept = Array(Set(before)).sorted().prefix(40)
            let wanted = (kept + (0..<230).filter { !before.contains($0) } + [1_950]).map {
                TrackID(rawValue: Int64($0))
            }
            let outcome = try await TargetSync(target, name: "p").run(wanted) { _ in }
            #expect(Set(numbers(bench, 0)) == Set(wanted.map { Int($0.rawValue) }).subtracting([1_950]))
            #expect(outcome.kept == 40 && outcome.unknown == 1)
            #expect(outcome.removed == Set(before).count - 40)
            #expect(outcome.added == wanted.count - 41)
            let revision = bench.fake.playlists[0].snapshot
            let again = try await TargetSync(target, name: "p").run(wanted) { _ in }
            #expect(again.added == 0 && again.removed == 0)
            #expect(bench.fake.playlists[0].snapshot == revision, "nothing to do, nothing sent")
        }
    }

    @Test func aPlaylistWhoseEndCannotBeSeenIsLeftAlone() async throws {
        try await withTarget(0) { bench, target in
            let (path, before) = ("/v1/playlists/\(bench.fake.playlists[0].id)/items", numbers(bench, 0))
            bench.server.setFaults([FaultRule(.shortPage, on: path, .calls(1..<2))])
            let keys = try await target.contents().keys
            #expect(keys.count == before.count, "another look mends it")
            bench.server.setFaults([FaultRule(.shortPage, on: path, .every(1))])
            let error = await #expect(throws: PlaylistTargetError.self) {
                _ = try await TargetSync(target, name: "p").run([TrackID(rawValue: 1)]) { _ in }
            }
            #expect(error?.description.contains("lists 25 of the 120 entries") == true, "\(String(describing: error))")
            #expect(numbers(bench, 0) == before)
        }
    }

    private struct Interrupted: Error {}

    @Test func anInterruptedSyncFindsLessToDo() async throws {
        try await withTarget(2) { bench, target in
            let wanted = (0..<250).map { TrackID(rawValue: Int64($0)) }
            await #expect(throws: Interrupted.self) {
                _ = try await TargetSync(target, name: "p").run(wanted) { if $0.added >= 200 { throw Interrupted() } }
            }
            #expect(numbers(bench, 2).count == 200)
            let outcome = try await TargetSync(target, name: "p").run(wanted) { _ in }
            #expect(outcome.added == 50 && outcome.kept == 200)
            #expect(numbers(bench, 2) == Array(0..<250))
        }
    }

    @Test func aPlaylistThatIsGoneAndOneOfSomebodyElseAreNamed() async throws {
        try await withTarget(0) { bench, _ in
            await #expect(throws: PlaylistTargetError.self) {
                _ = try await target(bench, FakeWorld.spotifyID(3, 999)).contents()
            }
            do {
                _ = try await target(bench, FakeWorld.spotifyID(3, 999)).contents()
            } catch let error as PlaylistTargetError {
                #expect(error == .gone("spotify:playlist:\(FakeWorld.spotifyID(3, 999))"))
            }
            await #expect(throws: PlaylistTargetError.self) {
                _ = try await target(bench, bench.fake.playlists[4].id).contents()
            }
        }
    }

    @Test func anAccountWhosePermissionEndedIsNamed() async throws {
        try await withTarget(0) { bench, target in
            bench.fake.endGrant()
            bench.clock.advance(by: .seconds(7_200))
            do {
                _ = try await target.contents()
                Issue.record("it had no permission")
            } catch let error as PlaylistTargetError {
                guard case .notPermitted(let reason) = error else { throw error }
                #expect(reason.contains("segue accounts connect"))
            }
        }
    }
}

import Catalog
import Features
import Foundation
import IndexLifecycle
import Recommendation
import Storage
import TestSupport
import Testing

@Suite struct LiveCatalogTests {
    @Test func withoutAnIndexNothingServesAndTheMendIsNamed() async throws {
        try await Workshop.with(tracks: 60) { workshop in
            let log = EventLog()
            let live = workshop.live(log)
            await live.start()
            #expect(live.serving == nil)
            guard case .noIndex(let text) = log.all.first else {
                Issue.record("expected .noIndex, got \(log.all)")
                return
            }
            #expect(text.contains("segue index build"))
        }
    }

    @Test func newTracksAreFoundAtOnceAndAfterARestart() async throws {
        try await Workshop.with { workshop in
            _ = try await workshop.build()
            let live = workshop.live()
            await live.start()
            let running = Task { await live.run() }
            defer { running.cancel() }
            try await workshop.importTrack("new", name: "Brand new")
            try await eventually { live.serving?.track(ExternalID(namespace: "test", value: "new")) != nil }
            let serving = try #require(live.serving)
            #expect(try !recommend(serving, "test:new").isEmpty)
            #expect(serving.generation.tracks == 301)

            let restarted = workshop.live()
            await restarted.start()
            #expect(restarted.serving?.track(ExternalID(namespace: "test", value: "new")) != nil)
        }
    }

    @Test func changedTracksHaveOneFormOnly() async throws {
        try await Workshop.with { workshop in
            try await workshop.importTrack("one", name: "Before", energy: 0.2)
            _ = try await workshop.build()
            try await workshop.importTrack("one", name: "After", energy: 0.9)
            let live = workshop.live()
            await live.start()
            let serving = try #require(live.serving)
            let titles = try recommend(serving, "demo:t5", k: 500) + recommend(serving, "demo:t6", k: 500)
            #expect(titles.contains("After"))
            #expect(!titles.contains("Before"))
        }
    }

    @Test func removedTracksStayHiddenAfterARestart() async throws {
        try await Workshop.with { workshop in
            try await workshop.importTrack("gone", name: "Gone")
            _ = try await workshop.build()
            let live = workshop.live()
            await live.start()
            let name = ExternalID(namespace: "test", value: "gone")
            let track = try #require(try await workshop.store.trackID(for: name))
            #expect(live.serving?.track(track) != nil)
            #expect(try await workshop.store.removeTrack(track))
            let restarted = workshop.live()
            await restarted.start()
            let serving = try #require(restarted.serving)
            #expect(serving.track(track) == nil)
            #expect(serving.track(name) == nil)
            #expect(serving.generation.tracks == 300)
        }
    }

    @Test func aNewGenerationIsSwappedInWhileRunning() async throws {
        try await Workshop.with { workshop in
            let first = try await workshop.build()
            let live = workshop.live()
            await live.start()
            let running = Task { await live.run() }
            defer { running.cancel() }
            let held = try #require(live.serving)
            let second = try await workshop.build()
            try await eventually { live.serving?.generation.id == second.id }
            #expect(held.generation.id == first.id)
            #expect(try !recommend(held, "demo:t5").isEmpty)
        }
    }

    @Test func pastTheLimitTheLogSaysSo() async throws {
        try await Workshop.with { workshop in
            _ = try await workshop.build()
            try await workshop.importDemo(tracks: 400)
            let log = EventLog()
            let live = workshop.live(log, limit: 20)
            await live.start()
            #expect(log.all.contains(.behind(limit: 20)))
            #expect(live.serving?.segments.count == 2)
        }
    }

    private static let demoPlaylist = ExternalID(namespace: "demo", value: "p1")

    /// The vector of a live track by part, and what it covers.
    private func live(
        _ value: String, _ workshop: Workshop
    ) async throws -> (parts: Set<BlockPart>, coverage: Coverage) {
        let live = workshop.live()
        await live.start()
        let serving = try #require(live.serving)
        let track = try #require(serving.track(ExternalID(namespace: "test", value: value)))
        #expect(track.segment == 1)
        let vector = try #require(serving.vector(track))
        let parts = serving.space.blocks.filter { layout in vector[layout.range].contains { $0 != 0 } }.map(\.part)
        return (Set(parts), serving.snapshot(track).coverage(track.row))
    }

    @Test func aNewTrackOnAKnownPlaylistHasListenersAndArtistAtOnce() async throws {
        try await Workshop.with(tracks: 400, playlists: 40) { workshop in
            _ = try await workshop.build()
            try await workshop.importTrack("new", name: "Brand new", playlists: [Self.demoPlaylist])
            let (parts, coverage) = try await live("new", workshop)
            #expect(parts.isSuperset(of: [.trackFactors, .artistFactors, .artistIdentity, .audio, .artistAudio]))
            #expect(coverage.contains(.listeners))
            #expect(coverage.contains(.artist))
        }
    }

    @Test func aNewTrackOnANewPlaylistIsPlacedByItsCompany() async throws {
        try await Workshop.with(tracks: 400, playlists: 40) { workshop in
            _ = try await workshop.build()
            let playlist = ExternalID(namespace: "test", value: "fresh")
            let members = try #require(
                try await workshop.store.tracks(
                    of: EntityReference(kind: .playlist, id: Self.demoPlaylist), limit: 8))
            let tracks = try await workshop.store.withView { try await $0.tracks(members) }
            try await workshop.load(
                tracks.map { .playlistEntry(PlaylistEntryRecord(playlist: playlist, track: $0.externalIDs[0])) })
            try await workshop.importTrack("new", name: "Brand new", playlists: [playlist])
            let (parts, coverage) = try await live("new", workshop)
            #expect(parts.contains(.trackFactors))
            #expect(coverage.contains(.listeners))
        }
    }

    @Test func aNewTrackOfANewArtistOnNoPlaylistHasContentAlone() async throws {
        try await Workshop.with(tracks: 400, playlists: 40) { workshop in
            _ = try await workshop.build()
            try await workshop.importTrack("new", name: "Brand new")
            let (parts, coverage) = try await live("new", workshop)
            #expect(parts == [.artistIdentity, .audio, .artistAudio])
            #expect(!coverage.contains(.listeners))
            #expect(coverage.contains(.audio))
        }
    }

    @Test func aNewTrackOfAKnownArtistTakesTheArtistsFactors() async throws {
        try await Workshop.with(tracks: 400, playlists: 40) { workshop in
            _ = try await workshop.build()
            let members = try #require(
                try await workshop.store.tracks(
                    of: EntityReference(kind: .playlist, id: Self.demoPlaylist), limit: 1))
            let known = try #require(try await workshop.store.withView { try await $0.tracks(members) }.first)
            let artist = try #require(known.artists.first)
            try await workshop.importTrack("new", name: "Brand new", artist: artist.name)
            let (parts, _) = try await live("new", workshop)
            #expect(parts.contains(.artistFactors))
            #expect(!parts.contains(.trackFactors))
        }
    }
}

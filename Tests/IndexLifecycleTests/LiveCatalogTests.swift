import Catalog
import Foundation
import IndexLifecycle
import Recommendation
import Storage
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
}

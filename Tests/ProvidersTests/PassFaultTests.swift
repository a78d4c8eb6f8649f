import Catalog
import FakeServices
import Foundation
import HTTPClient
import Synchronization
import TestSupport
import Testing

@testable import Providers

private let world = FakeWorld(tracks: 60)

/// A service that a whole pass over a catalog asks.
private enum Asked: String, CaseIterable, Sendable {
    case musicBrainz, acousticBrainz, listenBrainz, lastFM

    var fake: FakeService {
        switch self {
        case .musicBrainz: .musicBrainz
        case .acousticBrainz: .acousticBrainz
        case .listenBrainz: .listenBrainzLabs
        case .lastFM: .lastFM
        }
    }

    /// MusicBrainz finds the ids that the others are asked by.
    var isNamed: Bool { self != .musicBrainz }

    func provider(_ workshop: Workshop, _ server: FakeServer) -> any FeatureProvider {
        func client(_ configuration: ServiceConfiguration) -> ServiceClient {
            var configuration = configuration
            configuration.maximumBodyBytes = 150_000
            configuration.timeouts.total = .seconds(120)
            return workshop.bench.client(configuration)
        }
        let url = server.url + fake.basePath
        switch self {
        case .musicBrainz: return MusicBrainz(client(.musicBrainz(baseURL: url)))
        case .acousticBrainz: return AcousticBrainz(client(.acousticBrainz(baseURL: url)))
        case .listenBrainz:
            let source = ListenBrainz(
                client(.listenBrainz(baseURL: url)), laboratory: client(.listenBrainzLabs(baseURL: url)))
            return SimilarityProvider(source)
        case .lastFM: return SimilarityProvider(LastFM(client(.lastFM(baseURL: url)), key: FakeLastFM.key))
        }
    }
}

/// What passes without a fault leave, made once for each service.
private actor Reference {
    static let shared = Reference()
    private var making: [Asked: Task<[String], any Error>] = [:]

    func contents(_ asked: Asked) async throws -> [String] {
        let task =
            making[asked]
            ?? Task {
                try await withMigratedDatabase { database in
                    let workshop = try await Workshop(database, world: world, named: asked.isNamed)
                    let server = try asked.fake.server(world)
                    defer { server.stop() }
                    let progress = try await workshop.enricher(asked.provider(workshop, server)).run()
                    #expect(progress.asked == world.tracks.count && progress.found > world.tracks.count / 3)
                    return try await workshop.contents()
                }
            }
        making[asked] = task
        return try await task.value
    }
}

@Suite("Whole passes under faults", .serialized) struct PassFaultTests {
    private static let faults: [Fault] = [
        .tooManyRequests(retryAfter: 2), .tooManyRequests(retryAfter: 86_207), .quotaExceeded(retryAfter: nil),
        .quotaExceeded(retryAfter: 7_200), .forbidden, .status(500), .status(503), .truncated,
        .oversized(bytes: 300_000), .wrongContentType, .brokenJSON, .cut, .cutInHead,
        .slow(pieces: 3, millisecondsBetween: 3), .late(milliseconds: 10),
    ]

    @Test(arguments: Asked.allCases, faults)
    fileprivate func aPassEndsWithTheSameCatalogOrSaysWhenToGoOn(_ asked: Asked, _ fault: Fault) async throws {
        let expected = try await Reference.shared.contents(asked)
        try await withMigratedDatabase { database in
            let workshop = try await Workshop(database, world: world, named: asked.isNamed)
            let server = try asked.fake.server(world, seed: 11)
            defer { server.stop() }
            server.setFaults([FaultRule(fault, .chance(0.25))])
            let stops = try await finish(workshop, asked.provider(workshop, server), under: fault)
            #expect(server.faultCount > 0)
            #expect(stops > 0 || !Self.stops(fault))
            #expect(try await workshop.contents() == expected)
        }
    }

    /// A burst from the first call on: longer than a call's own tries.
    @Test(arguments: Asked.allCases) fileprivate func aBurstStopsThePassAndTheNextEndsIt(_ asked: Asked) async throws {
        let expected = try await Reference.shared.contents(asked)
        try await withMigratedDatabase { database in
            let workshop = try await Workshop(database, world: world, named: asked.isNamed)
            let server = try asked.fake.server(world)
            defer { server.stop() }
            server.setFaults([FaultRule(.status(502), .calls(0..<6))])
            #expect(try await finish(workshop, asked.provider(workshop, server), under: .status(502)) > 0)
            #expect(try await workshop.contents() == expected)
        }
    }

    /// Whether no number of tries within a call helps.
    private static func stops(_ fault: Fault) -> Bool {
        switch fault {
        case .tooManyRequests(retryAfter: 86_207), .quotaExceeded, .forbidden: true
        default: false
        }
    }

    /// Runs a pass to its end, going on at the moment that each stop names; says how many stops there were.
    private func finish(
        _ workshop: Workshop, _ provider: any FeatureProvider, under fault: Fault
    ) async throws -> Int {
        let enricher = workshop.enricher(provider) { $0.tracksPerCommit = 20 }
        let saved = Mutex(Enricher.Progress())
        for stops in 0..<1_000 {
            do {
                try await enricher.run(from: saved.withLock { $0 }) { progress in saved.withLock { $0 = progress } }
                #expect(saved.withLock { $0.asked } == world.tracks.count)
                return stops
            } catch let error as ServiceError {
                // What an application may not is told without a moment: the pass ends, and the next one asks again.
                if error.kind == .forbidden, fault == .forbidden { continue }
                let moment = try #require(error.resumeAt, "\(error)")
                let wait = moment.timeIntervalSince(workshop.bench.support.clock.now())
                workshop.bench.clock.advance(by: .seconds(max(wait, 0) + 0.1))
            }
        }
        Issue.record("the pass never ended")
        return 0
    }
}

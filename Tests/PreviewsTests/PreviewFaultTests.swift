import Catalog
import FakeServices
import Foundation
import HTTPClient
import Providers
import TestSupport
import Testing

@testable import Previews

/// What a service of previews may do to one download, and what becomes of the track.
@Suite(.enabled(if: builtAnalyzer != nil, "segue-analyze was not built"))
struct PreviewFaultTests {
    private static let refusals: [(fault: Fault, reason: String)] = [
        (.status(404), "gone"), (.forbidden, "forbidden"), (.wrongContentType, "not_audio"),
        (.otherJSON("These are words, and no music."), "not_audio"), (.oversized(bytes: 5 << 20), "unusable"),
        (.redirect(to: "http://127.0.0.1:1/elsewhere.wav", status: 302), "refused"),
        (.redirect(to: "file:///etc/passwd", status: 302), "refused"), (.status(400), "refused"),
    ]

    @Test(arguments: refusals.indices)
    func whatIsNoPreviewCostsThatTrackAlone(_ index: Int) async throws {
        let (fault, reason) = Self.refusals[index]
        try await withMigratedDatabase { database in
            let bench = try await PreviewBench(database)
            let victim = PreviewBench.audible[1]
            bench.server.setFaults([FaultRule(fault, on: "/preview/\(victim.number).wav", .every(1))])
            let provider = bench.provider()
            let progress = try await bench.run(provider)
            #expect(progress.asked == 10 && progress.found == PreviewBench.audible.count - 1)
            #expect(provider.reasons[reason] == 1, "\(provider.reasons)")
            bench.server.setFaults([])
            let again = try await bench.run(bench.provider())
            #expect(again.asked == 0, "the miss is remembered")
        }
    }

    private static let passing: [Fault] = [
        .truncated, .cut, .cutInHead, .status(503), .late(milliseconds: 600_000),
        .slow(pieces: 60, millisecondsBetween: 10_000),
    ]

    @Test(arguments: passing.indices)
    func whatPassesIsTriedAgainAfterAWhile(_ index: Int) async throws {
        try await withMigratedDatabase { database in
            let bench = try await PreviewBench(database)
            let victim = PreviewBench.audible[1]
            bench.server.setFaults([FaultRule(Self.passing[index], on: "/preview/\(victim.number).wav", .every(1))])
            let isSlow = index > 3
            let provider = bench.provider { if isSlow { $0.timeouts.total = .seconds(1) } }
            let progress = try await bench.run(provider)
            let later = provider.reasons["later"] ?? 0
            // On a machine that is slow, a second may be too short for others as well.
            #expect(isSlow ? later >= 1 : later == 1, "\(provider.reasons)")
            #expect(progress.found == PreviewBench.audible.count - later)
            bench.server.setFaults([])
            let soon = try await bench.run(bench.provider())
            #expect(soon.asked == 0)
            bench.wait(.seconds(600))
            let again = try await bench.run(bench.provider())
            #expect(again.asked == later && again.found == later)
        }
    }

    @Test(arguments: ["/preview/", "/track/isrc:"])
    func twoThatAlwaysFailKeepNobodyWaiting(_ place: String) async throws {
        try await withMigratedDatabase { database in
            let bench = try await PreviewBench(database)
            let victims = PreviewBench.audible.prefix(2)
            bench.server.setFaults(
                victims.map {
                    FaultRule(.cut, on: place + (place == "/preview/" ? "\($0.number).wav" : $0.isrc), .every(1))
                })
            let provider = bench.provider()
            let first = try await bench.run(provider)
            #expect(first.asked == 10 && first.found == PreviewBench.audible.count - 2)
            #expect(provider.reasons["later"] == 2, "\(provider.reasons)")
        }
    }

    @Test func whatWasPutOffIsAskedAboutLast() async throws {
        try await withMigratedDatabase { database in
            let bench = try await PreviewBench(database)
            let victim = PreviewBench.audible[0]
            let address = "/preview/\(victim.number).wav"
            bench.server.setFaults([FaultRule(.cut, on: address, .every(1))])
            let begun = try await bench.run(bench.provider(), limit: victim.number + 1)
            #expect(begun.asked == victim.number + 1)
            bench.wait(.seconds(86_400))
            bench.server.resetCounts()
            let next = try await bench.run(bench.provider(), limit: 9 - victim.number)
            #expect(next.asked == 9 - victim.number && bench.server.callCount(address) == 0)
            try await bench.run(bench.provider())
            #expect(bench.server.callCount(address) > 0)
        }
    }

    @Test func oneAnswerThatCannotBeReadCostsOneTrack() async throws {
        try await withMigratedDatabase { database in
            let bench = try await PreviewBench(database)
            let victim = PreviewBench.audible[1]
            bench.server.setFaults([FaultRule(.brokenJSON, on: "/track/isrc:\(victim.isrc)", .every(1))])
            let provider = bench.provider()
            let progress = try await bench.run(provider)
            #expect(progress.asked == 10 && progress.found == PreviewBench.audible.count - 1)
            #expect(provider.reasons["later"] == 1, "\(provider.reasons)")
        }
    }

    @Test func aFaultThatEndsIsWaitedFor() async throws {
        try await withMigratedDatabase { database in
            let bench = try await PreviewBench(database)
            bench.server.setFaults([
                FaultRule(.tooManyRequests(retryAfter: 5), on: "/preview", .calls(0..<1)),
                FaultRule(.status(502), on: "/track", .calls(0..<1)),
            ])
            let progress = try await bench.run(bench.provider())
            #expect(progress.found == PreviewBench.audible.count)
        }
    }

    @Test func aLongPauseEndsThePassWithTheMomentToGoOnAndLosesNothing() async throws {
        try await withMigratedDatabase { database in
            let bench = try await PreviewBench(database)
            let last = try #require(PreviewBench.audible.last)
            bench.server.setFaults([
                FaultRule(.tooManyRequests(retryAfter: 7_200), on: "/preview/\(last.number).wav", .every(1))
            ])
            let error = await #expect(throws: ServiceError.self) { try await bench.run(bench.provider()) }
            #expect(error?.kind == .rateLimited && error?.isPassing == true)
            let before = try await bench.sounds()
            #expect(before.count >= PreviewBench.audible.count - 2 && before.count < PreviewBench.audible.count)
            bench.server.setFaults([])
            bench.wait(.seconds(7_300))
            try await bench.run(bench.provider())
            let after = try await bench.sounds()
            #expect(after.count == PreviewBench.audible.count)
        }
    }

    @Test func anAddressOfAnotherHostIsNotFollowed() async throws {
        try await withMigratedDatabase { database in
            let bench = try await PreviewBench(database)
            let provider = bench.provider(hosts: ["dzcdn.net"])
            let progress = try await bench.run(provider)
            #expect(progress.found == 0 && provider.reasons["refused"] == PreviewBench.audible.count)
            #expect(bench.server.callCount("/preview") == 0)
        }
    }

    @Test func downloadsKeepToTheirRate() async throws {
        try await withMigratedDatabase { database in
            let bench = try await PreviewBench(database)
            let begun = bench.support.clock.now()
            let slow = PreviewDownload(
                perSecond: 0.1, hosts: PreviewHosts(["127.0.0.1:\(bench.server.port)"]), support: bench.support)
            for number in 0..<4 { _ = try await slow.bytes("\(bench.server.url)/preview/\(number).wav") }
            let seconds = bench.support.clock.now().timeIntervalSince(begun)
            #expect(seconds >= 30 && seconds < 60, "one in ten seconds after the first")
        }
    }
}

import FakeServices
import Foundation
import Providers
import TestSupport
import Testing

@Suite struct DeezerTests {
    private func deezer(_ bench: PreviewBench) -> Deezer {
        Deezer(ServiceClient(.deezer(baseURL: bench.server.url), bench.support))
    }

    @Test func anISRCLeadsToAnAddress() async throws {
        try await withMigratedDatabase { database in
            let bench = try await PreviewBench(database)
            let track = PreviewBench.audible[0]
            let address = try await deezer(bench).preview(of: track.isrc)
            #expect(address == "\(bench.server.url)/preview/\(track.number).wav")
            #expect(bench.server.log == ["GET /track/isrc:\(track.isrc)"])
        }
    }

    @Test(arguments: ["", "XXXXX0000000"])
    func thatThereIsNoneIsRememberedForAMonth(_ unknown: String) async throws {
        try await withMigratedDatabase { database in
            let bench = try await PreviewBench(database)
            let silent = try #require(PreviewBench.world.tracks.first { !FakeDeezer.knows($0) })
            let isrc = unknown.isEmpty ? silent.isrc : unknown
            for _ in 0..<3 {
                let address = try await deezer(bench).preview(of: isrc)
                #expect(address == nil)
            }
            #expect(bench.server.callCount() == 1)
            bench.wait(.seconds(31 * 86_400))
            _ = try await deezer(bench).preview(of: isrc)
            #expect(bench.server.callCount() == 2)
        }
    }

    @Test func errorsWithStatus200AreWhatTheySay() async throws {
        try await withMigratedDatabase { database in
            let bench = try await PreviewBench(database)
            let isrc = PreviewBench.audible[0].isrc
            let quota = #"{"error": {"type": "Exception", "message": "Quota limit exceeded", "code": 4}}"#
            bench.server.setFaults([FaultRule(.otherJSON(quota), on: "/track", .calls(0..<2))])
            let begun = bench.support.clock.now()
            let address = try await deezer(bench).preview(of: isrc)
            #expect(address != nil && bench.support.clock.now().timeIntervalSince(begun) >= 10, "it waited, twice")
            let wrong = #"{"error": {"type": "ParameterException", "message": "Wrong parameter", "code": 500}}"#
            bench.server.setFaults([FaultRule(.otherJSON(wrong), on: "/track", .every(1))])
            let error = await #expect(throws: ServiceError.self) { try await deezer(bench).preview(of: isrc) }
            #expect(error?.kind == .rejected(status: 200) && error?.reason == "Wrong parameter")
        }
    }
}

import Catalog
import Features
import Foundation
import Postgres
import Storage
import TestSupport
import Testing

/// Tracks with Spotify's values, tracks that were analysed here, and tracks of both kinds. The values are made: energy is
/// what the sound's first number says, give or take, and everything else has nothing to do with it.
@Suite struct EstimateStoreTests {
    private static let shared = 320

    private func wave(_ number: Int, _ step: Double) -> Float {
        Float((Double(number) * step).truncatingRemainder(dividingBy: 1))
    }

    private func sound(_ number: Int) -> [Float] { (0..<5).map { wave(number, 0.618 + Double($0) * 0.131) } }

    private func truth(_ number: Int) -> AudioFeatures {
        var features = AudioFeatures()
        for (place, feature) in SoundEstimate.features.enumerated() {
            features[feature] = wave(number * number, 0.377 + Double(place) * 0.0713)
        }
        features[.energy] = 0.1 + 0.7 * sound(number)[0] + 0.1 * wave(number, 0.77)
        return features
    }

    /// The first tracks have both; ten more were heard alone.
    private func fill(_ store: PostgresStore) async throws -> [TrackID] {
        let numbers = Array(1...Self.shared + 10)
        var records: [CatalogRecord] = numbers.map {
            .track(TrackRecord(ids: [spotify($0)], name: "Track \($0)"))
        }
        for number in numbers {
            var heard = AudioFeatures()
            heard[.loudness] = -10
            records.append(.features(FeaturesRecord(track: spotify(number), provider: "analyze", features: heard)))
            guard number <= Self.shared else { continue }
            records.append(
                .features(FeaturesRecord(track: spotify(number), provider: "spotify", features: truth(number))))
        }
        try await store.load(records, .service, name: "made")
        var ids: [TrackID] = []
        for number in numbers { ids.append(try #require(try await store.trackID(for: spotify(number)))) }
        try await store.keep(
            Dictionary(
                uniqueKeysWithValues: zip(ids, numbers).map { id, number in
                    (id, SoundRecord(version: 2, descriptors: "{}", sound: sound(number), form: []))
                }), by: "analyze")
        return ids
    }

    private func calibrate(_ store: PostgresStore, limit: Int = 1_000) async throws -> ProviderCalibration {
        let samples = try await store.sharedSounds(of: "analyze", and: "spotify", limit: limit)
        let calibration = ProviderCalibration(
            provider: "analyze", reference: "spotify", pairs: [], estimates: try SoundEstimate.fit(samples))
        try await store.save(calibration)
        return calibration
    }

    @Test func aTrackThatWasOnlyHeardHasTheEstimateWithItsError() async throws {
        try await withTestDatabase { store in
            let ids = try await fill(store)
            let fitted = try #require(try await calibrate(store).estimate(of: .energy))
            #expect(fitted.tracks == Self.shared && fitted.error < 0.04)
            var error: Float = 0
            for number in Self.shared + 1...Self.shared + 10 {
                let statements = try #require(try await store.features(of: ids[number - 1]))
                let energy = try #require(statements.first { $0.feature == .energy })
                #expect(energy.isUsed && energy.provenance.provider == "analyze" && energy.calibrated == energy.value)
                #expect(energy.estimate == .init(error: fitted.error, tracks: Self.shared))
                #expect(statements.first { $0.feature == .loudness }?.estimate == nil, "that was measured")
                #expect(!statements.contains { $0.feature == .valence }, "sound says nothing of it")
                error += abs(energy.value - (truth(number)[.energy] ?? 0)) / 10
            }
            #expect(error < 0.05)
            let loaded = try await store.track(spotify(Self.shared + 1))
            #expect(loaded.features[.energy] != nil && loaded.features[.valence] == nil)
        }
    }

    @Test func spotifysOwnValueComesFirst() async throws {
        try await withTestDatabase { store in
            _ = try await fill(store)
            _ = try await calibrate(store)
            let track = try await store.track(spotify(1))
            #expect(track.features[.energy] == truth(1)[.energy])
        }
    }

    @Test func whatIsNoLongerJustifiedIsMissingAgain() async throws {
        try await withTestDatabase { store in
            let ids = try await fill(store)
            _ = try await calibrate(store)
            let calibration = try await calibrate(store, limit: 200)
            #expect(calibration.estimates.allSatisfy { $0.verdict == .tooFew })
            let statements = try #require(try await store.features(of: ids[Self.shared]))
            #expect(statements.map(\.feature) == [.loudness])
        }
    }
}

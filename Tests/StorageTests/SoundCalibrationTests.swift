import Catalog
import Features
import Foundation
import Storage
import TestSupport
import Testing

/// Tracks that Spotify describes, tracks that were analysed here, and tracks of both kinds, in one catalog. The pairs are
/// made: analysis hears 0.8 times the loudness less 3 dB, with noise, and the tempo as it is.
@Suite struct SoundCalibrationTests {
    private static let each = 80

    /// What Spotify says of a track, or would.
    private func truth(_ number: Int) -> AudioFeatures {
        var features = AudioFeatures()
        features[.loudness] = -4 - 16 * wave(number, 0.618)
        features[.tempo] = 70 + 100 * wave(number, 0.414)
        features[.key] = Float(number * 7 % 12)
        features[.mode] = Float(number % 2)
        return features
    }

    private func heard(_ number: Int) -> AudioFeatures {
        var features = truth(number)
        features[.loudness] = features[.loudness].map { 0.8 * $0 - 3 + 0.2 * wave(number, 0.71) }
        return features
    }

    /// From 0 to 1, evenly.
    private func wave(_ number: Int, _ step: Double) -> Float {
        Float((Double(number) * step).truncatingRemainder(dividingBy: 1))
    }

    private var spotifyOnly: Range<Int> { 1..<Self.each + 1 }
    private var both: Range<Int> { Self.each + 1..<2 * Self.each + 1 }
    private var heardOnly: Range<Int> { 2 * Self.each + 1..<3 * Self.each + 1 }

    private func fill(_ store: PostgresStore) async throws {
        var records: [CatalogRecord] = (1...3 * Self.each).map {
            .track(TrackRecord(ids: [spotify($0)], name: "Track \($0)", artists: [ArtistRecord(name: "A\($0)")]))
        }
        for number in spotifyOnly.lowerBound..<both.upperBound {
            records.append(
                .features(FeaturesRecord(track: spotify(number), provider: "spotify", features: truth(number))))
        }
        for number in both.lowerBound..<heardOnly.upperBound {
            records.append(
                .features(FeaturesRecord(track: spotify(number), provider: "analyze", features: heard(number))))
        }
        try await store.load(records, .service, name: "made")
        var sounds: [TrackID: SoundRecord] = [:]
        for number in both.lowerBound..<heardOnly.upperBound {
            let id = try #require(try await store.trackID(for: spotify(number)))
            let numbers = (0..<6).map { wave(number, 0.3 + Double($0) / 17) }
            sounds[id] = SoundRecord(version: 1, descriptors: "{}", sound: numbers, form: Array(numbers.prefix(3)))
        }
        try await store.keep(sounds, by: "analyze")
    }

    private func calibrate(_ store: PostgresStore) async throws -> ProviderCalibration {
        let pairs = try await store.sharedFeatures(of: "analyze", and: "spotify", limit: 1_000)
        let calibration = ProviderCalibration(provider: "analyze", reference: "spotify", pairs: pairs)
        try await store.save(calibration)
        return calibration
    }

    /// The mean error of loudness, in dB, of tracks that only analysis knows.
    private func error(_ store: PostgresStore) async throws -> Float {
        var sum: Float = 0
        for number in heardOnly {
            let track = try await store.track(spotify(number))
            let loudness = try #require(track.features[.loudness])
            sum += abs(loudness - (truth(number)[.loudness] ?? 0))
        }
        return sum / Float(heardOnly.count)
    }

    @Test func whatWasHeardStandsBesideSpotifysOnceCalibrated() async throws {
        try await withTestDatabase { store in
            try await fill(store)
            let before = try await error(store)
            let calibration = try await calibrate(store)
            let after = try await error(store)
            #expect(calibration.tracks == Self.each)
            let loudness = try #require(calibration.fits.first { $0.feature == .loudness })
            #expect(loudness.verdict == .calibrate && loudness.errorAfter < loudness.errorBefore / 3)
            let others = calibration.fits.filter { $0.feature != .loudness }
            #expect(others.map(\.verdict) == [.needsNone, .needsNone, .needsNone], "key, mode and tempo are the same")
            #expect(before > 0.8 && after < 0.3, "\(before) dB, then \(after) dB")
        }
    }

    @Test func aTrackWithBothCountsBySpotifysValuesAndShowsBoth() async throws {
        try await withTestDatabase { store in
            try await fill(store)
            _ = try await calibrate(store)
            let number = both.lowerBound
            let id = try #require(try await store.trackID(for: spotify(number)))
            let loudness = try #require(try await store.features(of: id)).filter { $0.feature == .loudness }
            #expect(loudness.map(\.provenance.provider) == ["spotify", "analyze"])
            #expect(loudness.map(\.isUsed) == [true, false])
            let calibrated = try #require(loudness[1].calibrated)
            #expect(abs(calibrated - loudness[0].value) < abs(loudness[1].value - loudness[0].value))
        }
    }

    @Test func tracksOfBothKindsAreComparedByWhatTheyShare() async throws {
        try await withTestDatabase { store in
            try await fill(store)
            _ = try await calibrate(store)
            let tracks = try await store.allTracks()
            var trainer = SpaceTrainer()
            trainer.add(tracks)
            let vectorizer = Vectorizer(try trainer.finish())
            func vector(_ number: Int) throws -> TrackVector {
                let track = try #require(tracks.first { $0.externalIDs.contains(spotify(number)) })
                return try #require(vectorizer.vector(for: track))
            }
            let (known, joined, heard) = (
                try vector(spotifyOnly.lowerBound), try vector(both.lowerBound), try vector(heardOnly.lowerBound)
            )
            #expect(known.coverage.contains(.audio) && !known.coverage.contains(.sound))
            #expect(joined.coverage.contains(.audio) && joined.coverage.contains(.sound))
            #expect(heard.coverage.contains(.audio) && heard.coverage.contains(.sound))
            for (first, second) in [(known, joined), (joined, heard), (known, heard)] {
                let shared = Set(first.coverage.intersection(second.coverage).blocks)
                let parts = vectorizer.space.contributions(query: first.values, vector: second.values)
                let cosine = zip(first.values, second.values).reduce(0) { $0 + $1.0 * $1.1 }
                #expect(abs(parts.reduce(0) { $0 + $1.contribution } - cosine) < 1e-5)
                let speaking = parts.filter { abs($0.contribution) > 1e-6 }.map(\.block)
                #expect(Set(speaking).isSubset(of: shared), "only what both have says anything")
            }
        }
    }
}

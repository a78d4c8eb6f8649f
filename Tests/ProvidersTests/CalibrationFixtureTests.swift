import Catalog
import Features
import Foundation
import Testing

/// The same tracks by Spotify, ReccoBeats and SoundStat, as tables that somebody published.
@Suite(.enabled(if: Fixtures.areThere, Fixtures.comment))
struct CalibrationFixtureTests {
    private func calibration(of provider: String) throws -> ProviderCalibration {
        let rows = try Fixtures.table("reccobeats/spotify-data.csv").map { (key($0), features($0)) }
        let reference = Dictionary(rows) { first, _ in first }
        let pairs = try Fixtures.table("reccobeats/\(provider)-audio-features.csv").compactMap { row in
            let values = features(row)
            return values.isEmpty ? nil : reference[key(row)].map { FeaturePair(values: values, reference: $0) }
        }
        return ProviderCalibration(provider: provider, reference: "spotify", pairs: pairs)
    }

    private func key(_ row: [String: String]) -> String { "\(row["album_name"] ?? "")\n\(row["track_name"] ?? "")" }

    private func features(_ row: [String: String]) -> AudioFeatures {
        var features = AudioFeatures()
        for feature in AudioFeature.allCases where feature != .duration {
            features[feature] = row[feature.name].flatMap { Float($0) }
        }
        return features
    }

    private func fit(_ calibration: ProviderCalibration, _ feature: AudioFeature) throws -> FeatureFit {
        try #require(calibration.fits.first { $0.feature == feature })
    }

    @Test func reccoBeatsNeedsNone() throws {
        let calibration = try calibration(of: "reccobeats")
        #expect(calibration.tracks == 139)
        #expect(calibration.verdict == .needsNone)
        #expect(calibration.fits.count == 11)
        for fit in calibration.fits {
            #expect(fit.verdict == .needsNone, "\(fit.feature.name)")
            #expect(fit.distanceBefore < 0.01)
            #expect(fit.correlation > 0.99)
        }
    }

    @Test func soundStatNeedsCalibration() throws {
        let calibration = try calibration(of: "soundstat")
        #expect(calibration.tracks == 264)
        #expect(calibration.verdict == .calibrate)
        for feature in [AudioFeature.energy, .loudness, .acousticness, .instrumentalness] {
            let fit = try fit(calibration, feature)
            #expect(fit.verdict == .calibrate, "\(feature.name)")
            #expect(fit.distanceBefore > 0.8 && fit.distanceAfter < 0.15, "\(feature.name)")
            #expect(fit.errorAfter < fit.errorBefore / 1.8, "\(feature.name)")
        }
    }

    @Test func someOfSoundStatsNamesMeanSomethingElse() throws {
        let calibration = try calibration(of: "soundstat")
        for feature in [AudioFeature.danceability, .valence, .key] {
            #expect(try fit(calibration, feature).verdict == .unrelated, "\(feature.name)")
        }
        // Its loudness runs the other way.
        #expect(try fit(calibration, .loudness).correlation < -0.7)
    }
}

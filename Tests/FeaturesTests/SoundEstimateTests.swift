import Catalog
import Foundation
import Testing

@testable import Features

/// Sounds of made tracks: their energy is half in the sound and half chance, their danceability a curve of it, everything
/// else chance alone.
@Suite struct SoundEstimateTests {
    private static let length = 8

    private func samples(_ count: Int, seed: UInt64 = 1) -> [SoundSample] {
        var random = Xoshiro256(seed: seed)
        func uniform() -> Double { Double(random.next() >> 11) / Double(1 << 53) }
        return (0..<count).map { _ in
            // The last number is the same of all tracks, as some are of a collection of one kind.
            let sound = (0..<Self.length - 1).map { _ in Float(uniform() * 40 - 300) } + [7]
            let loud = (Double(sound[0]) + 300) / 40
            var reference = AudioFeatures()
            for feature in SoundEstimate.features { reference[feature] = Float(uniform()) }
            reference[.energy] = Float(0.2 + 0.5 * loud + 0.2 * uniform())
            reference[.danceability] = Float(1 - loud * loud)
            return SoundSample(sound: sound, reference: reference)
        }
    }

    private func estimates(_ count: Int) throws -> [AudioFeature: SoundEstimate] {
        Dictionary(try SoundEstimate.fit(samples(count)).map { ($0.feature, $0) }) { first, _ in first }
    }

    @Test func onlyWhatSoundTellsIsEstimated() throws {
        let estimates = try estimates(600)
        #expect(Set(estimates.filter { $0.value.verdict == .estimate }.keys) == [.energy, .danceability])
        #expect(estimates.filter { $0.value.verdict == .unjustified }.count == 5)
        #expect(estimates[.valence]?.value(of: samples(1)[0].sound) == nil)
    }

    @Test func theErrorIsThatOnTracksOfWhichItKnewNothing() throws {
        let energy = try #require(try estimates(600)[.energy])
        let fresh = samples(400, seed: 2)
        let error = fresh.reduce(0.0) { sum, sample in
            sum + abs(Double((energy.value(of: sample.sound) ?? 9) - (sample.reference[.energy] ?? 0)))
        }
        #expect(energy.tracks == 600 && abs(error / 400 - energy.error) < 0.01, "\(error / 400), \(energy.error)")
        // Evenly spread chance of a width of 0.2 alone costs 0.05.
        #expect(energy.error > 0.045 && energy.error < 0.08 && energy.errorOfMean > 0.1)
    }

    @Test func tooFewTracksTellNothing() throws {
        for count in [0, 1, 299] {
            let estimates = try SoundEstimate.fit(samples(count))
            #expect(estimates.map(\.feature) == SoundEstimate.features)
            #expect(estimates.allSatisfy { $0.verdict == .tooFew && $0.tracks == count })
            #expect(estimates.allSatisfy { $0.value(of: samples(1)[0].sound) == nil })
        }
    }

    @Test func tracksWithoutAllValuesOrOfAnotherLengthDoNotCount() throws {
        var samples = samples(310)
        for place in 0..<6 { samples[place + 1].reference[.valence] = nil }
        for place in 0..<7 { samples[place + 100].sound.removeLast() }
        let estimates = try SoundEstimate.fit(samples)
        #expect(estimates.allSatisfy { $0.verdict == .tooFew && $0.tracks == 297 })
    }

    @Test func valuesStayInRangeAndSoundsOfAnotherLengthHaveNone() throws {
        let energy = try #require(try estimates(600)[.energy])
        var loud = samples(1)[0].sound
        loud[0] = 1e6
        #expect(energy.value(of: loud) == 1)
        loud[0] = -1e6
        #expect(energy.value(of: loud) == 0)
        #expect(energy.value(of: []) == nil && energy.value(of: loud + [1]) == nil)
        loud[0] = .nan
        #expect(energy.value(of: loud) == nil)
    }

    @Test func itSurvivesBeingKept() throws {
        let calibration = ProviderCalibration(
            provider: "analyze", reference: "spotify", pairs: [], estimates: try SoundEstimate.fit(samples(600)))
        let read = try JSONDecoder().decode(ProviderCalibration.self, from: JSONEncoder().encode(calibration))
        #expect(read == calibration && read.estimate(of: .energy)?.verdict == .estimate)
        let older = #"{"provider": "p", "reference": "r", "tracks": 3, "fits": []}"#
        #expect(try JSONDecoder().decode(ProviderCalibration.self, from: Data(older.utf8)).estimates.isEmpty)
    }

    @Test func whatIsEstimatedIsNotComparedWithWhatItWasFittedOn() throws {
        let pairs = samples(600).map { FeaturePair(values: $0.reference, reference: $0.reference) }
        let calibration = ProviderCalibration(
            provider: "analyze", reference: "spotify", pairs: pairs, estimates: try SoundEstimate.fit(samples(600)))
        #expect(calibration.fits.isEmpty)
    }
}

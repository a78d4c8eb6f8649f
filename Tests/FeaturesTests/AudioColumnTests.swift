import Catalog
import Foundation
import Testing

@testable import Features

@Suite struct AudioColumnTests {
    private func raw(_ feature: AudioFeature, _ value: Float) -> [Double] {
        var track = SampleTracks.track(1)
        track.features[feature] = value
        return AudioColumn.rawVector(of: track)
    }

    private func number(_ column: AudioColumn, of value: Float) -> Double {
        raw(column.feature, value)[column.rawValue]
    }

    @Test func rawVectorsAreTheReferenceOnes() {
        let raw = AudioColumn.rawVector(of: SampleTracks.reference[2])
        for (number, expected) in zip(raw, ReferenceNumbers.rawColumns) { #expect(abs(number - expected) < 1e-6) }
    }

    @Test func everyFeatureHasAColumnAndTheKeyHasTwo() {
        for feature in AudioFeature.allCases {
            let columns = AudioColumn.allCases.filter { $0.feature == feature }
            #expect(columns.count == (feature == .key ? 2 : 1))
        }
    }

    @Test(arguments: [(Float(10), Float(50)), (250, 220), (1_000, 220)])
    func tempoIsClipped(value: Float, bound: Float) {
        #expect(number(.tempo, of: value) == log(Double(bound)))
    }

    @Test func loudnessIsClipped() {
        #expect(number(.loudness, of: -90) == -40)
        #expect(number(.loudness, of: 3) == 0)
        #expect(number(.loudness, of: -12) == -12)
    }

    @Test func durationAndSpeechAndAudienceAreClipped() {
        #expect(number(.duration, of: 1) == log(3e4))
        #expect(number(.duration, of: 86_400_000) == log(1.2e6))
        #expect(number(.speechiness, of: 0) == log(0.02))
        #expect(number(.liveness, of: 0) == log(0.02))
    }

    @Test func theTrackLengthStandsInForAMissingDuration() {
        var track = SampleTracks.track(1)
        track.duration = 200_000
        #expect(AudioColumn.rawVector(of: track)[AudioColumn.duration.rawValue] == log(2e5))
    }

    @Test func fifthsAreNeighboursAndTheTritoneIsOpposite() {
        func distance(_ a: Float, _ b: Float) -> Double {
            hypot(
                number(.keyCosine, of: a) - number(.keyCosine, of: b), number(.keySine, of: a) - number(.keySine, of: b)
            )
        }
        for key in 0..<12 {
            let tonic = Float(key)
            let fifth = Float((key + 7) % 12)
            let others = (0..<12).filter { $0 != key }.map { distance(tonic, Float($0)) }
            #expect(abs(distance(tonic, fifth) - (others.min() ?? 0)) < 1e-9)
            #expect(abs(distance(tonic, fifth) - sin(.pi / 12)) < 1e-9)
            #expect(abs(distance(tonic, Float((key + 6) % 12)) - 1) < 1e-9)
        }
    }

    @Test(arguments: AudioFeature.allCases)
    func theEndsOfEveryRangeAreFinite(feature: AudioFeature) {
        for value in [feature.range.lowerBound, feature.range.upperBound] {
            for column in AudioColumn.allCases where column.feature == feature {
                #expect(number(column, of: value).isFinite)
            }
        }
    }

    @Test(arguments: [
        (AudioFeature.acousticness, Float(1.2)), (.danceability, -0.1), (.key, -1), (.key, 12), (.tempo, 0),
        (.timeSignature, 0), (.loudness, 500), (.energy, .greatestFiniteMagnitude), (.duration, 0),
    ])
    func whatIsOutOfRangeOrUndetectedIsMissing(feature: AudioFeature, value: Float) {
        #expect(raw(feature, value).allSatisfy { $0.isNaN })
    }
}

import Catalog
import Foundation
import Testing

@testable import Features

@Suite struct QuantileMapTests {
    private func values(_ count: Int, _ formula: (Double) -> Double) -> [Float] {
        (0..<count).map { Float(formula((Double($0) + 0.5) / Double(count))) }
    }

    @Test func aLinearRelationIsRecovered() {
        let map = QuantileMap(values: values(500) { $0 }, reference: values(500) { 3 * $0 - 10 })
        for value in stride(from: Float(0.01), to: 0.99, by: 0.05) {
            #expect(abs(map.applied(to: value) - (3 * value - 10)) < 0.01)
        }
    }

    @Test func aCurvedRelationIsRecovered() {
        let map = QuantileMap(values: values(500) { $0 }, reference: values(500) { $0 * $0 })
        for value in stride(from: Float(0.05), to: 0.95, by: 0.05) {
            #expect(abs(map.applied(to: value) - value * value) < 0.01)
        }
    }

    @Test func anInverseRelationRunsDown() {
        let map = QuantileMap(values: values(200) { $0 }, reference: values(200) { $0 }, isInverse: true)
        #expect(abs(map.applied(to: 0.2) - 0.8) < 0.02)
        #expect(map.applied(to: 0.1) > map.applied(to: 0.9))
    }

    @Test func whatLiesBeyondStaysAtTheEnds() {
        let map = QuantileMap(values: [1, 2, 3], reference: [10, 20, 30])
        #expect(map.applied(to: -5) == 10)
        #expect(map.applied(to: 99) == 30)
    }

    @Test func aValueThatManyShareBecomesTheMiddleOfTheirs() {
        let map = QuantileMap(values: Array(repeating: 0, count: 50) + values(50) { $0 }, reference: values(100) { $0 })
        #expect(map.from == map.from.sorted() && Set(map.from).count == map.from.count)
        #expect(abs(map.applied(to: 0) - 0.25) < 0.03)
    }

    @Test func aConstantHasOneImage() {
        let map = QuantileMap(values: [5, 5, 5], reference: [1, 2, 3])
        #expect(map.applied(to: 5) == 2 && map.applied(to: 9) == 2)
    }

    @Test(arguments: [
        #"{"from": [], "to": []}"#, #"{"from": [1, 1], "to": [1, 2]}"#, #"{"from": [2, 1], "to": [1, 2]}"#,
        #"{"from": [1, 2], "to": [1]}"#,
    ])
    func whatIsNoMapIsRefused(_ json: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(QuantileMap.self, from: Data(json.utf8)) }
    }
}

@Suite struct SampleComparisonTests {
    @Test func theDistanceIsThatOfTheDistributionFunctions() {
        #expect(SampleComparison.distance([1, 2, 3], [1, 2, 3]) == 0)
        #expect(SampleComparison.distance([1, 2], [3, 4]) == 1)
        #expect(SampleComparison.distance([1, 2, 3, 4], [3, 4, 5, 6]) == 0.5)
        // Ties step on both sides at once.
        #expect(SampleComparison.distance([0, 0, 0, 1], [0, 1, 1, 1]) == 0.5)
        #expect(SampleComparison.distance([], [1]) == 0)
    }

    @Test func ranksDecideTheCorrelation() {
        #expect(abs(SampleComparison.correlation([1, 2, 3, 4], [1, 4, 9, 100]) - 1) < 1e-12)
        #expect(abs(SampleComparison.correlation([1, 2, 3], [9, 5, 1]) + 1) < 1e-12)
        #expect(SampleComparison.correlation([1, 1, 1], [1, 2, 3]) == 0)
        // By hand: ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4.
        #expect(abs(SampleComparison.correlation([1, 2, 2, 3], [1, 2, 3, 4]) - 0.9486832980505138) < 1e-12)
    }
}

@Suite struct ProviderCalibrationTests {
    private func pairs(_ count: Int, _ feature: AudioFeature, _ pair: (Int) -> (Float, Float)) -> [FeaturePair] {
        (0..<count).map { index in
            var result = FeaturePair(values: AudioFeatures(), reference: AudioFeatures())
            (result.values[feature], result.reference[feature]) = pair(index)
            return result
        }
    }

    private func unit(_ index: Int) -> Float { Float((index * 7_919) % 1_000) / 1_000 }

    private func fit(_ pairs: [FeaturePair]) -> ProviderCalibration {
        ProviderCalibration(provider: "p", reference: "r", pairs: pairs)
    }

    @Test func equalValuesNeedNothing() {
        let calibration = fit(pairs(200, .energy) { (unit($0), unit($0)) })
        #expect(calibration.verdict == .needsNone)
        #expect(calibration.fits.map(\.feature) == [.energy] && calibration.fits[0].map == nil)
        #expect(calibration.fits[0].distanceBefore == 0 && calibration.fits[0].errorBefore == 0)
    }

    @Test func anotherScaleIsCalibrated() throws {
        let calibration = fit(pairs(400, .loudness) { (unit($0), -30 * (1 - unit($0))) })
        let fit = try #require(calibration.fits.first)
        #expect(calibration.verdict == .calibrate && fit.verdict == .calibrate)
        #expect(fit.distanceBefore > 0.9 && fit.distanceAfter < 0.05)
        #expect(fit.errorBefore > 10 && fit.errorAfter < 0.2)
        var features = AudioFeatures()
        (features[.loudness], features[.valence]) = (0.5, 0.3)
        let result = calibration.calibrated(features)
        #expect(abs(try #require(result[.loudness]) + 15) < 0.5)
        #expect(result[.valence] == 0.3)
    }

    @Test func whatDoesNotGoTogetherIsLeftOut() throws {
        let calibration = fit(pairs(500, .valence) { (unit($0), unit($0 * 31 + 17)) })
        #expect(calibration.fits.first?.verdict == .unrelated)
        var features = AudioFeatures()
        features[.valence] = 0.5
        #expect(calibration.calibrated(features)[.valence] == nil)
    }

    @Test func fewTracksDecideNothing() {
        let calibration = fit(pairs(29, .energy) { (unit($0), 1 - unit($0)) })
        #expect(calibration.verdict == .tooFew)
        var features = AudioFeatures()
        features[.energy] = 0.5
        #expect(calibration.calibrated(features) == features)
        #expect(fit([]).verdict == .tooFew)
    }

    @Test func keysAreComparedAsNames() {
        let same = fit(pairs(100, .key) { (Float($0 % 12), Float($0 % 12)) })
        #expect(same.verdict == .needsNone)
        let shifted = fit(pairs(100, .key) { (Float($0 % 12), Float(($0 + 1) % 12)) })
        #expect(shifted.fits.first?.verdict == .unrelated && shifted.fits.first?.errorBefore == 1)
    }

    @Test func aCalibrationComesBackFromJSON() throws {
        let calibration = fit(pairs(100, .tempo) { (unit($0), 60 + 100 * unit($0)) })
        let data = try JSONEncoder().encode(calibration)
        #expect(try JSONDecoder().decode(ProviderCalibration.self, from: data) == calibration)
    }
}

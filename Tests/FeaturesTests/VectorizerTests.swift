import Catalog
import Testing

@testable import Features

@Suite struct VectorizerTests {
    @Test(arguments: [
        (0, ReferenceNumbers.first), (1, ReferenceNumbers.second), (2, ReferenceNumbers.third),
        (3, ReferenceNumbers.fourth), (4, ReferenceNumbers.fifth), (5, ReferenceNumbers.sixth),
    ])
    func vectorsAreTheReferenceOnes(index: Int, expected: [Double]) throws {
        let vectorizer = try SampleTracks.vectorizer(SampleTracks.reference)
        let vector = try #require(vectorizer.vector(for: SampleTracks.reference[index]))
        #expect(vector.track.rawValue == Int64(index + 1))
        #expect(vector.values.count == expected.count)
        for (value, expected) in zip(vector.values, expected) { #expect(abs(Double(value) - expected) < 1e-5) }
    }

    @Test func vectorsHaveUnitLengthAndBlocksTheirWeights() throws {
        let vectorizer = try SampleTracks.vectorizer(SampleTracks.reference)
        for track in SampleTracks.reference {
            let vector = try #require(vectorizer.vector(for: track))
            #expect(abs(length(vector.values) - 1) < 1e-6)
            let present = vectorizer.space.blocks.filter { vector.coverage.contains($0.block) }
            let total = present.reduce(0) { $0 + $1.weight }
            for layout in vectorizer.space.blocks {
                let expected = vector.coverage.contains(layout.block) ? (layout.weight / total).squareRoot() : 0
                #expect(abs(length(vector.values[layout.range]) - expected) < 1e-6)
            }
        }
    }

    @Test func aMissingFeatureIsZeroAndOutOfTheMask() throws {
        let vectorizer = try SampleTracks.vectorizer(SampleTracks.reference)
        let vector = try #require(vectorizer.vector(for: SampleTracks.reference[3]))
        let start = try #require(vectorizer.space.layout(.audio)).offset
        for column in [AudioColumn.energy, .keyCosine, .keySine, .mode, .timeSignature] {
            #expect(vector.values[start + column.rawValue] == 0)
            #expect(!vector.coverage.contains(column.feature))
        }
        #expect(vector.coverage.contains(.danceability))
    }

    @Test func lessThanHalfOfTheFeaturesAreNoSound() throws {
        let vectorizer = try SampleTracks.vectorizer(SampleTracks.reference)
        let track = SampleTracks.reference[5]
        let vector = try #require(vectorizer.vector(for: track))
        #expect(vector.coverage.blocks == [.artist])
        #expect(vector.coverage.features.isEmpty)
        #expect(
            vectorizer.absences(of: track) == [
                .listeners: .notInSpace, .sound: .notInSpace, .structure: .notInSpace, .audio: .tooLittleKnown,
                .artistAudio: .tooLittleKnown, .era: .unknown,
            ])
    }

    @Test func aTrackOfWhichNothingIsKnownHasNoVectorAndAReason() throws {
        let vectorizer = try SampleTracks.vectorizer(SampleTracks.reference)
        let nothing = SampleTracks.track(9)
        #expect(vectorizer.vector(for: nothing) == nil)
        let absences = vectorizer.absences(of: nothing)
        #expect(Set(absences.keys) == Set(Block.allCases))
        #expect(absences[.audio] == .unknown)
        #expect(absences[.artistAudio] == .unknown)
    }

    @Test func aTrackWithoutFeaturesBorrowsItsArtistsSound() throws {
        let vectorizer = try SampleTracks.vectorizer(SampleTracks.reference)
        let vector = try #require(vectorizer.vector(for: SampleTracks.track(9, artist: (1, "Alpha"))))
        #expect(vector.coverage.blocks == [.artist, .artistAudio])
    }

    @Test func aLaterTrackOfANewArtistIsVectorizedAsAFitWithItWould() throws {
        let vectorizer = try SampleTracks.vectorizer(SampleTracks.reference)
        let late = SampleTracks.track(
            7, artist: (77, "Zeta"), year: 2_001,
            features: [0.5, 0.5, -9, 0.05, 0.3, 0.1, 0.2, 0.4, 101, 190_000, 2, 1, 4])
        let refitted = Vectorizer(
            TrainedSpace(
                space: vectorizer.space, artists: try SampleTracks.vectorizer(SampleTracks.reference + [late]).artists,
                factors: .none))
        let (one, other) = (try #require(vectorizer.vector(for: late)), try #require(refitted.vector(for: late)))
        for (x, y) in zip(one.values, other.values) { #expect(abs(x - y) < 1e-6) }
    }

    @Test func aLaterTrackOfAKnownArtistSharesTheArtistsSound() throws {
        let vectorizer = try SampleTracks.vectorizer(SampleTracks.reference)
        let range = try #require(vectorizer.space.layout(.artistAudio)).range
        let late = SampleTracks.track(
            7, artist: (1, "Alpha"), year: 1985,
            features: [0.1, 0.1, -30, 0.05, 0.9, 0.9, 0.2, 0.1, 60, 190_000, 2, 1, 4])
        let first = try #require(vectorizer.vector(for: SampleTracks.reference[0]))
        let vector = try #require(vectorizer.vector(for: late))
        for (x, y) in zip(first.values[range], vector.values[range]) { #expect(abs(x - y) < 1e-6) }
    }

    @Test func extremesAndHolesNeverGiveAnythingButUnitLength() throws {
        var random = Xoshiro256(seed: 11)
        let tracks = (0..<400).map { index in
            var track = SampleTracks.track(
                Int64(index), artist: random.chance(0.8) ? (Int64(index % 50), "a\(index % 50)") : nil,
                year: random.chance(0.7) ? random.integer(below: 4_000) : nil)
            for feature in AudioFeature.allCases where random.chance(0.6) {
                let ends = [feature.range.lowerBound, feature.range.upperBound, 1e30, -1e30, 0]
                track.features[feature] = ends[random.integer(below: 5)]
            }
            return track
        }
        let vectorizer = try SampleTracks.vectorizer(tracks)
        for track in tracks {
            guard let vector = vectorizer.vector(for: track) else {
                #expect(vectorizer.absences(of: track).count == Block.allCases.count)
                continue
            }
            #expect(vector.values.allSatisfy { $0.isFinite })
            #expect(abs(length(vector.values) - 1) < 1e-6)
        }
    }

    @Test(arguments: [
        (7, ReferenceNumbers.learned7, ReferenceNumbers.holed7),
        (30, ReferenceNumbers.learned30, ReferenceNumbers.holed30),
    ])
    func learnedVectorsAreTheReferenceOnes(number: Int, expected: [Double], holed: [Double]) throws {
        var options = TrainingOptions(threads: 2)
        options.weights = .reference
        var trainer = SpaceTrainer(options: options)
        trainer.add(SampleTracks.byFormula)
        for playlist in 0..<40 {
            let tracks = (0..<5 + playlist % 8).map { TrackID(rawValue: Int64((playlist * 5 + $0 * 7) % 48)) }
            trainer.add(playlist: PlaylistID(rawValue: Int64(playlist)), tracks: tracks)
        }
        let vectorizer = Vectorizer(try trainer.finish())
        var track = SampleTracks.byFormula[number]
        expectEqual(try #require(vectorizer.vector(for: track)).values, expected)
        track.year = nil
        track.features = AudioFeatures()
        expectEqual(try #require(vectorizer.vector(for: track)).values, holed)
    }

    private func expectEqual(_ values: [Float], _ expected: [Double]) {
        #expect(values.count == expected.count)
        for (value, expected) in zip(values, expected) { #expect(abs(Double(value) - expected) < 2e-4) }
    }
}

import Catalog
import Foundation
import Testing

@testable import Features

@Suite struct SoundBlockTests {
    /// Tracks of two kinds of sound that differ in the first number, with noise in the others.
    private func tracks(_ count: Int) -> [CatalogTrack] {
        (1...count).map { index in
            var track = SampleTracks.track(Int64(index))
            let noise = (0..<5).map { Float(sin(Double(index * ($0 + 3)) * 12.9898)) }
            track.sound = [index % 2 == 0 ? 5 : -5, noise[0], noise[1] * 100, noise[2], 7, 1_000 + noise[3]]
            track.form = [noise[4], noise[0] * 2]
            return track
        }
    }

    private func fit(_ tracks: [CatalogTrack]) throws -> Vectorizer {
        var trainer = SpaceTrainer()
        trainer.add(tracks)
        return Vectorizer(try trainer.finish())
    }

    private func cosine(_ first: TrackVector, _ second: TrackVector) -> Float {
        zip(first.values, second.values).reduce(0) { $0 + $1.0 * $1.1 }
    }

    @Test func recordingsThatSoundAlikeAreNear() throws {
        let tracks = tracks(60)
        let vectorizer = try fit(tracks)
        let vectors = try tracks.map { try #require(vectorizer.vector(for: $0)) }
        func mean(_ wanted: (Int, Int) -> Bool) -> Float {
            var values: [Float] = []
            for i in vectors.indices {
                for j in vectors.indices where i != j && wanted(i, j) { values.append(cosine(vectors[i], vectors[j])) }
            }
            return values.reduce(0, +) / Float(values.count)
        }
        #expect(mean { $0 % 2 == $1 % 2 } > mean { $0 % 2 != $1 % 2 } + 0.15)
    }

    @Test func bothBlocksAreCoveredAndTheOthersAreNot() throws {
        let tracks = tracks(10)
        let vector = try #require(try fit(tracks).vector(for: tracks[0]))
        #expect(vector.coverage.contains(.sound) && vector.coverage.contains(.structure))
        #expect(!vector.coverage.contains(.audio) && !vector.coverage.contains(.listeners))
        #expect(abs(cosine(vector, vector) - 1) < 1e-5)
    }

    @Test func whatDoesNotVarySaysNothing() throws {
        let transform = try #require(try fit(tracks(40)).space.sound)
        #expect(transform.dimension == 6)
        #expect(transform.scales[4] == 0)
        #expect(transform.scales[0] > 0 && transform.projection.allSatisfy(\.isFinite))
    }

    @Test func aTrackWithASoundAndOneWithFeaturesAreComparedByWhatBothHave() throws {
        var tracks = tracks(12)
        tracks += SampleTracks.reference.map {
            var track = $0
            track.id = TrackID(rawValue: $0.id.rawValue + 100)
            return track
        }
        var both = tracks[12]
        (both.id, both.sound, both.form) = (TrackID(rawValue: 200), tracks[0].sound, tracks[0].form)
        tracks.append(both)
        let vectorizer = try fit(tracks)
        let sound = try #require(vectorizer.vector(for: tracks[0]))
        let features = try #require(vectorizer.vector(for: tracks[12]))
        let joined = try #require(vectorizer.vector(for: both))
        #expect(joined.coverage.intersection(sound.coverage).blocks == [.structure, .sound])
        #expect(joined.coverage.intersection(features.coverage).contains(.audio))
        #expect(cosine(sound, features) == 0)
        #expect(cosine(joined, sound) > 0.2 && cosine(joined, features) > 0.2)
        let contributions = vectorizer.space.contributions(query: joined.values, vector: sound.values)
        #expect(abs(contributions.reduce(0) { $0 + $1.contribution } - cosine(joined, sound)) < 1e-5)
    }

    @Test func aCatalogWithoutAnalysesHasNoSuchBlock() throws {
        let vectorizer = try fit(SampleTracks.reference)
        #expect(vectorizer.space.sound == nil && vectorizer.space.form == nil)
        #expect(vectorizer.absences(of: tracks(1)[0])[.sound] == .notInSpace)
    }

    @Test func numbersOfAnotherVersionAreLeftOut() throws {
        var tracks = tracks(10)
        tracks[9].sound = [1, 2]
        let vectorizer = try fit(tracks)
        #expect(vectorizer.space.sound?.dimension == 6)
        #expect(vectorizer.absences(of: tracks[9])[.sound] == .unknown)
    }

    @Test func aSpaceSurvivesCoding() throws {
        let space = try fit(tracks(30)).space
        let read = try JSONDecoder().decode(FeatureSpace.self, from: JSONEncoder().encode(space))
        #expect(read == space)
    }

    @Test func weightsFromBeforeAreRead() throws {
        var object = try #require(
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(BlockWeights.learned)) as? [String: Any])
        object["sound"] = nil
        object["form"] = nil
        let weights = try JSONDecoder().decode(BlockWeights.self, from: JSONSerialization.data(withJSONObject: object))
        #expect(weights.sound == 0 && weights.form == 0 && weights.audio == BlockWeights.learned.audio)
    }
}

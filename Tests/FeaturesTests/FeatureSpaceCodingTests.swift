import Foundation
import Testing

@testable import Features

@Suite struct FeatureSpaceCodingTests {
    private func encoded() throws -> (space: FeatureSpace, json: String) {
        let tracks = SampleTracks.reference + (0..<120).map(SampleTracks.analysed)
        let space = try SampleTracks.vectorizer(tracks).space
        return (space, String(decoding: try JSONEncoder().encode(space), as: UTF8.self))
    }

    private func decode(_ json: String) throws -> FeatureSpace {
        try JSONDecoder().decode(FeatureSpace.self, from: Data(json.utf8))
    }

    @Test func aSpaceSurvivesJSONToTheLastBit() throws {
        let (space, json) = try encoded()
        #expect(try decode(json) == space)
        #expect(space.recipe == "listeners-1")
    }

    @Test func anEmptyCatalogsSpaceSurvivesToo() throws {
        let space = try SampleTracks.vectorizer([]).space
        #expect(try JSONDecoder().decode(FeatureSpace.self, from: JSONEncoder().encode(space)) == space)
    }

    @Test(arguments: [
        ("\"listeners-1\"", "\"content-1\""), ("\"artist_audio\"", "\"unheard_of\""),
        ("\"weight\":0.36", "\"weight\":0.5"),
        ("\"offset\":14", "\"offset\":-14"), ("\"means\":[", "\"means\":[1,"),
        ("\"projection\":[", "\"projection\":[1,"),
    ])
    func aDamagedOrForeignSpaceIsRefused(part: String, replacement: String) throws {
        let json = try encoded().json
        #expect(json.contains(part))
        #expect(throws: DecodingError.self) { try decode(json.replacingOccurrences(of: part, with: replacement)) }
    }

    @Test func blocksFollowOneAnotherWithoutGaps() throws {
        let space = try encoded().space
        #expect(space.blocks.first?.offset == 0)
        for (one, next) in zip(space.blocks, space.blocks.dropFirst()) { #expect(one.range.upperBound == next.offset) }
        #expect(space.blocks.last?.range.upperBound == space.dimension)
    }

    @Test func aLearnedSpaceSurvivesToo() throws {
        let space = try Listeners().trained { $0.renormalisation = 0.25 }.space
        #expect(space.audio.projection != nil && space.listening != nil)
        let json = try JSONEncoder().encode(space)
        #expect(try JSONDecoder().decode(FeatureSpace.self, from: json) == space)
    }

    @Test(arguments: [
        ("\"trackFactors\":15", "\"trackFactors\":0"), ("\"listeners\":0.4", "\"listeners\":-0.4"),
        ("\"regularization\":0.5", "\"regularization\":0"), ("\"transform\":[", "\"transform\":[0,"),
        ("\"renormalisation\":0.5", "\"renormalisation\":1.5"),
    ])
    func aDamagedLearnedSpaceIsRefused(part: String, replacement: String) throws {
        let json = String(decoding: try JSONEncoder().encode(Listeners().trained().space), as: UTF8.self)
        #expect(json.contains(part))
        #expect(throws: DecodingError.self) { try decode(json.replacingOccurrences(of: part, with: replacement)) }
    }

    @Test func anOlderSpaceSaysWhatToDo() throws {
        let json = try encoded().json.replacingOccurrences(of: "listeners-1", with: "content-1")
        do {
            _ = try decode(json)
            Issue.record("an older space was read")
        } catch {
            #expect("\(error)".contains("content-1") && "\(error)".contains("build the index again"))
        }
    }
}

import Catalog
import Testing

@testable import Features

@Suite struct VocabularyTests {
    private let space: FeatureSpace

    init() throws { space = try SampleTracks.vectorizer(SampleTracks.reference).space }

    @Test func everyBlockAndFeatureHasWordsOfItsOwn() {
        #expect(Set(Block.allCases.map(\.title)).count == Block.allCases.count)
        #expect(Set(Block.allCases.map(\.likeness)).count == Block.allCases.count)
        #expect(Set(AudioFeature.allCases.map(\.title)).count == AudioFeature.allCases.count)
        #expect(AudioFeature.timeSignature.title == "time signature")
    }

    @Test func identityAloneNeverClaimsSimilarity() {
        #expect(space.likeness(of: .artist, cosine: 1) == "same artist")
        #expect(space.likeness(of: .artist, cosine: 0.75) == nil)
    }

    @Test func onlyWhatIsAlikeIsCalledSo() {
        #expect(space.likeness(of: .audio, cosine: 0.9) == "similar sound")
        #expect(space.likeness(of: .audio, cosine: 0.2) == nil)
        #expect(space.likeness(of: .era, cosine: -1) == nil)
    }
}

import Catalog
import Testing

@Suite struct AudioFeatureTests {
    @Test func theNamesAreThoseOfRequestsAndTables() {
        #expect(
            AudioFeature.allCases.map(\.name) == [
                "danceability", "energy", "key", "loudness", "mode", "speechiness", "acousticness",
                "instrumentalness", "liveness", "valence", "tempo", "duration_ms", "time_signature",
            ])
        #expect(AudioFeature.allCases.allSatisfy { AudioFeature(name: $0.name) == $0 })
        #expect(AudioFeature(name: "timeSignature") == nil)
    }
}

import Catalog
import Testing

@testable import Storage

@Suite struct DifferentKeysTests {
    /// Two keys of three have the same hash.
    private struct Key: Hashable {
        let number: Int
        func hash(into hasher: inout Hasher) { hasher.combine(number % 3 / 2) }
    }

    @Test func eachKeyHasOnePlaceInOrderOfArrivalWhateverItsHash() {
        var keys = DifferentKeys<Key>()
        let numbers = [4, 9, 4, 2, 7, 9, 0, 2, 11]
        let places = numbers.map { keys.place(of: Key(number: $0)) }
        #expect(places == [0, 1, 0, 2, 3, 1, 4, 2, 5])
        #expect(keys.keys.map(\.number) == [4, 9, 2, 7, 0, 11] && keys.count == 6)
        #expect(keys.known(Key(number: 7)) == 3 && keys.known(Key(number: 3)) == nil)
        keys.removeAll()
        #expect(keys.known(Key(number: 7)) == nil && keys.place(of: Key(number: 7)) == 0)
    }

    @Test func manyKeysKeepTheirPlaces() {
        var keys = DifferentKeys<Int>()
        for _ in 0..<2 {
            for number in 0..<5_000 { #expect(keys.place(of: number * 7) == number) }
            #expect((0..<5_000).allSatisfy { keys.known($0 * 7) == $0 && keys.known($0 * 7 + 1) == nil })
            keys.removeAll()
        }
    }

    @Test func tracksAreKnownByTheirLastNumber() {
        var tracks = TrackNumbers()
        let (one, other) = (ExternalID.spotify("a"), ExternalID(namespace: "mbid", value: "a"))
        #expect(tracks.update(one, to: 5) == nil && tracks.update(other, to: 6) == nil)
        #expect(tracks.update(one, to: 7) == 5)
        #expect(tracks[one] == 7 && tracks[other] == 6 && tracks[.spotify("b")] == nil && tracks.count == 2)
        tracks.removeAll()
        #expect(tracks[one] == nil && tracks.update(other, to: 8) == nil && tracks[other] == 8)
    }
}

import Catalog
import Testing

@testable import Evaluation

@Suite("Recordings as items") struct ItemTests {
    @Test func releasesOfOneRecordingAreOneItem() {
        let items = ItemTable([
            track(1, name: "Blue", artist: "A"), track(2, name: "Blue - Remastered 2011", artist: "A"),
            track(3, name: "Blue", artist: "B"),
        ])
        #expect(items.count == 2)
        #expect(items.item(of: TrackID(rawValue: 1)) == items.item(of: TrackID(rawValue: 2)))
        #expect(items.item(of: TrackID(rawValue: 1)) != items.item(of: TrackID(rawValue: 3)))
        #expect(items.item(of: TrackID(rawValue: 4)) == nil)
    }

    @Test func theMeasuredThenTheMostListedTrackRepresents() throws {
        let tracks = [
            track(1, name: "X", artist: "A", energy: nil, listed: 9), track(2, name: "X", artist: "A", listed: 1),
            track(3, name: "X", artist: "A", listed: 4), track(4, name: "X", artist: "A", listed: 4),
        ]
        let items = ItemTable(tracks)
        #expect(items.count == 1)
        #expect(tracks[items.representatives[0]].id == TrackID(rawValue: 3))
        #expect(items.covered == [true])
    }

    @Test func aLengthAloneIsNoCoverage() {
        #expect(ItemTable([track(1, energy: nil)]).covered == [false])
        #expect(ItemTable([track(1)]).covered == [true])
    }

    @Test func numbersDoNotDependOnTheOrderOfImport() {
        let one = ItemTable([track(1, name: "P", artist: "A"), track(2, name: "Q", artist: "A")])
        let other = ItemTable([track(1, name: "Q", artist: "A"), track(2, name: "P", artist: "A")])
        #expect(one.recordings == other.recordings)
        #expect(one.item(of: TrackID(rawValue: 1)) == other.item(of: TrackID(rawValue: 2)))
    }

    @Test func artistsAreNumberedByName() {
        let items = ItemTable([
            track(1, name: "P", artist: "A"), track(2, name: "Q", artist: "A feat. B"), track(3, artist: "C"),
        ])
        let numbers = (1...3).compactMap { items.item(of: TrackID(rawValue: Int64($0))) }.map { items.artists[Int($0)] }
        #expect(numbers[0] == numbers[1] && numbers[0] != numbers[2])
    }

    @Test func anItemIsListedOnce() {
        let items = ItemTable([track(1, name: "X", artist: "A"), track(2, name: "X", artist: "A"), track(3)])
        let found = items.items(of: [3, 1, 2, 99].map { TrackID(rawValue: $0) })
        #expect(found.count == 2 && found == found.sorted())
    }

    @Test func theUniverseLeavesOutWhatIsNotMeasured() {
        let tracks = [track(1), track(2, energy: nil), track(3)]
        let covered = EvaluationCatalog(tracks: tracks, playlists: [contents(1, 1...3)])
        #expect(covered.eligible.count == 2)
        #expect(covered.playlists[0].items.count == 3)
        #expect(covered.eligibleItems(of: covered.playlists[0]).count == 2)
        #expect(EvaluationCatalog(tracks: tracks, playlists: [], universe: .all).eligible.count == 3)
    }

    @Test func publicIDsHaveNoWhiteSpace() {
        let catalog = EvaluationCatalog(tracks: [track(1, spotify: "a b\tc")], playlists: [])
        #expect(catalog.publicID(of: 0) == "demo:a%20b%9c")
    }
}

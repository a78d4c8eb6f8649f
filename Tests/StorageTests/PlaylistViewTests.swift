import Catalog
import Storage
import TestSupport
import Testing

@Suite struct PlaylistViewTests {
    private func load(_ lists: [Int: [Int]], into store: PostgresStore) async throws {
        let tracks = Set(lists.values.joined()).sorted()
        var records: [CatalogRecord] = tracks.map { .track(TrackRecord(ids: [spotify($0)])) }
        for (list, tracks) in lists.sorted(by: { $0.key < $1.key }) {
            records.append(.playlist(PlaylistRecord(id: spotify(list), name: "List \(list)")))
            records += tracks.enumerated().map { place, track in
                .playlistEntry(PlaylistEntryRecord(playlist: spotify(list), track: spotify(track), position: place))
            }
        }
        try await store.load(records)
    }

    /// All playlists as a build reads them.
    private func pages(_ store: PostgresStore, entries: Int) async throws -> [[PlaylistContents]] {
        try await store.withView { view in
            var pages: [[PlaylistContents]] = []
            while true {
                let last = pages.last?.last?.id ?? PlaylistID(rawValue: 0)
                let page = try await view.playlists(after: last, entries: entries)
                if page.isEmpty { return pages }
                pages.append(page)
            }
        }
    }

    @Test func aPassSeesEveryPlaylistWholeWithNamesAndTracksInOrder() async throws {
        try await withTestDatabase { store in
            try await load([700: [5, 3, 1, 3], 701: [2], 702: [1, 2, 3, 4, 5]], into: store)
            let pages = try await pages(store, entries: 2)
            #expect(pages.map { $0.map(\.name) } == [["List 700"], ["List 701", "List 702"]])
            let lists = pages.joined().map { $0 }
            #expect(lists.map(\.externalIDs) == [[spotify(700)], [spotify(701)], [spotify(702)]])
            let ids = try await store.allTracks().reduce(into: [:]) { $0[$1.externalIDs[0]] = $1.id }
            #expect(lists[0].tracks == [5, 3, 1].map { ids[spotify($0)] })
            #expect(lists[2].tracks == (1...5).map { ids[spotify($0)] })
        }
    }

    @Test func pagesOfAnySizeGiveTheSamePlaylists() async throws {
        try await withTestDatabase { store in
            let lists = (700..<730).map { ($0, Array(1...($0 - 698))) }
            try await load(Dictionary(uniqueKeysWithValues: lists), into: store)
            let whole = try await pages(store, entries: 100_000)
            #expect(whole.count == 1)
            #expect(whole[0].count == 30)
            for entries in [0, 1, 7, 100] {
                let parts = try await pages(store, entries: entries)
                #expect(Array(parts.joined()) == whole[0])
            }
        }
    }

    @Test func playlistsWithoutTracksAreFoundByIDOnly() async throws {
        try await withTestDatabase { store in
            try await store.load([.playlist(PlaylistRecord(id: spotify(700), name: "Empty"))])
            #expect(try await pages(store, entries: 10).isEmpty)
            let found = try await store.withView {
                try await $0.playlists([PlaylistID(rawValue: 1), PlaylistID(rawValue: 99)])
            }
            #expect(
                found == [
                    PlaylistContents(
                        id: PlaylistID(rawValue: 1), externalIDs: [spotify(700)], name: "Empty", tracks: [])
                ])
            #expect(try await store.withView { try await $0.playlists([]) }.isEmpty)
        }
    }

    @Test func aTracksPlaylistsAreFoundEachOnce() async throws {
        try await withTestDatabase { store in
            try await load([700: [1, 2, 1], 701: [1], 702: [3]], into: store)
            let ids = try await store.allTracks().map(\.id)
            let lists = try await pages(store, entries: 100).joined().map(\.id)
            let found = try await store.withView { try await $0.playlists(holding: Array(ids.prefix(2))) }
            #expect(found == [ids[0]: [lists[0], lists[1]], ids[1]: [lists[0]]])
            let none = try await store.withView { try await $0.playlists(holding: [TrackID(rawValue: 1_000)]) }
            #expect(none.isEmpty)
        }
    }
}

import Catalog
import Ingest
import Providers

/// A list at the service that is taken over as a whole: a playlist or a library.
struct RemoteCollection: Sendable {
    /// What stays the same as long as the list does.
    struct Version: Sendable {
        var text: String
        /// How many elements the list has, where that was said.
        var total: Int?
        /// The list's first page, where asking for the version brought it along.
        var firstPage: SpotifyAnswer?
        /// What describes the list itself; written when everything else is.
        var description: CatalogRecord?

        /// The description without what says that everything is written: with the first elements, so that a list that is
        /// cut short has its name.
        var title: CatalogRecord? {
            guard case .playlist(var record)? = description else { return nil }
            record.snapshot = nil
            return .playlist(record)
        }

        /// The description of a list that is so long: what the catalog has behind that is gone.
        func description(length: Int?) -> CatalogRecord? {
            guard let length, case .playlist(var record)? = description else { return description }
            record.total = length
            return .playlist(record)
        }
    }

    /// What the store calls it.
    var key: String
    var list: SpotifyList
    /// The playlist that it is, where it is one.
    var playlist: ExternalID?
    /// What reports call it among the parts of a source that are done.
    var part: String { playlist?.value ?? key }
    /// What is known already, so that nobody asks twice.
    var known: Version?
    /// Asks for the version.
    var version: @Sendable () async throws -> Version
}

extension SourceRun {
    /// A playlist's version is its snapshot; one that comes without is read each time.
    func collection(_ playlist: SpotifyPlaylist) throws -> RemoteCollection {
        let spotify = try ingest.needed()
        let known = playlist.snapshot.map {
            RemoteCollection.Version(text: $0, total: playlist.total, description: .playlist(playlist.record))
        }
        return RemoteCollection(
            key: "playlist:\(playlist.id)", list: .playlistItems(playlist.id), playlist: .spotify(playlist.id),
            known: known
        ) {
            let now = try await spotify.playlist(playlist.id)
            return .init(text: now.snapshot ?? "", total: now.total, description: .playlist(now.record))
        }
    }

    /// What the collections of libraries are called, before the account that they are of.
    static let libraries = [Source.likedTracks: "tracks", .savedAlbums: "albums"]

    /// A library has no version of its own; its size and when its newest element was added serve for one, and come with
    /// its first page.
    func library(_ source: Source, _ list: SpotifyList) throws -> RemoteCollection {
        let spotify = try ingest.needed()
        let name = Self.libraries[source] ?? source.description
        return RemoteCollection(key: "\(name):\(ingest.account ?? "")", list: list) {
            let page = try await spotify.page(of: list)
            let total = page.page?.total
            return .init(text: "\(total ?? 0)@\(page.newest ?? "")", total: total, firstPage: page)
        }
    }
}

extension SpotifyPlaylist {
    /// Without its length, so that entries stay: their pages tell it.
    fileprivate var record: PlaylistRecord {
        let text: (String?) -> String? = { $0.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 } }
        return PlaylistRecord(
            id: .spotify(id), name: text(name), summary: text(summary), snapshot: snapshot, owner: ownerName ?? ownerID)
    }
}

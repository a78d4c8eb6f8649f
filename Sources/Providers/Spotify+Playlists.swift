import Foundation
import HTTPClient

/// Playlists that Segue makes, by the paths that hold since February 2026.
extension Spotify {
    /// The most entries that one call adds, replaces or removes.
    public static let maximumItems = 100

    private struct Snapshot: Decodable, Sendable {
        var snapshot: String

        private enum CodingKeys: String, CodingKey { case snapshot = "snapshot_id" }
    }

    private struct NewPlaylist: Encodable {
        var name: String
        var description: String
        var `public`: Bool
        var collaborative = false
    }

    private struct Items: Encodable {
        struct Item: Encodable {
            var uri: String
        }
        var uris: [String]?
        var position: Int?
        var items: [Item]?
        var snapshot: String?

        private enum CodingKeys: String, CodingKey {
            case uris, position, items
            case snapshot = "snapshot_id"
        }
    }

    /// Makes a playlist of the listener; private unless told otherwise, although the service's own default is public.
    ///
    /// Not tried again where the answer is lost, for then there could be two.
    /// - Throws: `ServiceError`, `SpotifyError`, errors of the token source.
    public func createPlaylist(
        name: String, summary: String = "", isPublic: Bool = false
    ) async throws -> SpotifyPlaylist {
        let body = NewPlaylist(name: name, description: summary, public: isPublic)
        return try await value(try Self.writing(.post, "/me/playlists", ["me", "playlists"], body))
    }

    /// Adds tracks, at the end or from a place on; says the playlist's new version, nil where there was nothing to add.
    ///
    /// - Parameter tracks: Spotify ids, any number; a hundred go in each call, so a failure may leave the first ones in.
    /// - Throws: as `createPlaylist` does.
    @discardableResult
    public func add(_ tracks: [String], to playlist: String, at position: Int? = nil) async throws -> String? {
        var snapshot: String?
        for (number, batch) in tracks.grouped(by: Self.maximumItems).enumerated() {
            let place = position.map { $0 + number * Self.maximumItems }
            snapshot = try await change(.post, playlist, Items(uris: batch.map(Self.uri), position: place))
        }
        return snapshot
    }

    /// Replaces everything in a playlist; says its new version.
    ///
    /// - Throws: as `createPlaylist` does; past a hundred tracks a failure may leave only the first ones in.
    @discardableResult
    public func replace(with tracks: [String], in playlist: String) async throws -> String? {
        let first = tracks.prefix(Self.maximumItems)
        let snapshot = try await change(.put, playlist, Items(uris: first.map(Self.uri)))
        let rest = Array(tracks.dropFirst(Self.maximumItems))
        return rest.isEmpty ? snapshot : try await add(rest, to: playlist)
    }

    /// Removes tracks wherever they stand in a playlist; says its new version, nil where there was nothing to remove.
    ///
    /// - Parameter snapshot: the version that is meant, so that what others have changed since is left alone.
    /// - Throws: as `createPlaylist` does.
    @discardableResult
    public func remove(_ tracks: [String], from playlist: String, at snapshot: String? = nil) async throws -> String? {
        var snapshot = snapshot
        for batch in tracks.grouped(by: Self.maximumItems) {
            let items = batch.map { Items.Item(uri: Self.uri($0)) }
            snapshot = try await change(.delete, playlist, Items(items: items, snapshot: snapshot))
        }
        return tracks.isEmpty ? nil : snapshot
    }

    /// Takes a playlist off the listener's list, which is how an own one is deleted.
    /// - Throws: as `createPlaylist` does.
    public func unfollow(_ playlist: String) async throws {
        var call = ServiceCall(
            .delete, endpoint: "/me/library", path: ["me", "library"], query: [("uris", "spotify:playlist:\(playlist)")]
        )
        call.expectsJSON = false
        try await send(call) { _ in }
    }

    private func change(_ method: HTTPClientRequest.Method, _ playlist: String, _ items: Items) async throws -> String {
        let path = ["playlists", playlist, "items"]
        return try await value(try Self.writing(method, "/playlists/{id}/items", path, items), as: Snapshot.self)
            .snapshot
    }

    private static func writing(
        _ method: HTTPClientRequest.Method, _ endpoint: String, _ path: [String], _ body: some Encodable
    ) throws -> ServiceCall {
        var call = ServiceCall(method, endpoint: endpoint, path: path)
        call.body = (Array(try JSONEncoder().encode(body)), "application/json")
        call.bucket = playlistBucket
        return call
    }

    private static func uri(_ track: String) -> String { "spotify:track:\(track)" }
}

public import Catalog
internal import Ingest
public import Providers
public import Rules

/// A playlist at Spotify that a rule set keeps up, with its owner's permission.
///
/// Keys are Spotify's ids. Changes go a hundred tracks at a time; removals name the version that was read, so that what the
/// owner changed meanwhile is left alone.
public struct SpotifyPlaylistTarget: PlaylistTarget {
    /// Names tracks by the ids that Spotify has for them, and finds them by those.
    public struct Names: Sendable {
        /// The ids of tracks; those that Spotify does not know have none.
        public var ids: @Sendable ([TrackID]) async throws -> [TrackID: String]
        /// The tracks that have these ids.
        public var tracks: @Sendable ([String]) async throws -> [String: TrackID]

        /// Takes two look-ups.
        public init(
            ids: @escaping @Sendable ([TrackID]) async throws -> [TrackID: String],
            tracks: @escaping @Sendable ([String]) async throws -> [String: TrackID]
        ) {
            (self.ids, self.tracks) = (ids, tracks)
        }
    }

    /// What the service takes in one call.
    public let batchSize = Spotify.maximumItems

    private let spotify: Spotify
    private let playlist: String
    private let names: Names

    /// Names a playlist.
    /// - Parameters:
    ///   - spotify: with the token of its owner.
    ///   - playlist: its id.
    ///   - names: what tracks are called there.
    public init(_ spotify: Spotify, playlist: String, names: Names) {
        (self.spotify, self.playlist, self.names) = (spotify, playlist, names)
    }

    /// The ids of tracks; those that Spotify does not know have none.
    public func keys(of tracks: [TrackID]) async throws -> [TrackID: String] { try await names.ids(tracks) }

    /// The tracks of the catalog that have these ids.
    public func tracks(of keys: [String]) async throws -> [String: TrackID] { try await names.tracks(keys) }

    /// What it holds, all of one version: where the playlist changes while its pages are read, they are read anew.
    ///
    /// One whose end cannot be seen is left alone: what it seems to lack would be added to it a second time.
    /// - Throws: `PlaylistTargetError`, `ServiceError` for what passes.
    public func contents() async throws -> PlaylistState {
        try await translating {
            let before = try await spotify.playlist(playlist).snapshot
            var (keys, offset, total, hasMore): ([String], Int, Int, Bool) = ([], 0, 0, true)
            while hasMore {
                let answer = try await spotify.page(of: .playlistItems(playlist), offset: offset, expecting: total)
                total = max(total, answer.page?.total ?? 0)
                keys += answer.records.compactMap(Self.id)
                offset += answer.page?.count ?? 0
                hasMore = answer.page?.hasMore == true
                if let page = answer.page, page.unlisted > 0 { throw obscured(offset, page.unlisted) }
            }
            guard try await spotify.playlist(playlist).snapshot == before else {
                throw PlaylistTargetError.changedMeanwhile("spotify:playlist:\(playlist)")
            }
            return PlaylistState(keys: keys, version: before)
        }
    }

    private func obscured(_ listed: Int, _ unlisted: Int) -> PlaylistTargetError {
        .notSupported(
            "Spotify lists \(listed) of the \(listed + unlisted) entries of spotify:playlist:\(playlist), so what it holds"
                + " is not known; try again later, or give the rule set another target by `segue rules put`")
    }

    private static func id(_ record: CatalogRecord) -> String? {
        guard case .track(let track) = record else { return nil }
        return track.ids.first { $0.namespace == "spotify" }?.value
    }

    /// Adds tracks at the end; says the new version.
    /// - Throws: `PlaylistTargetError`, `ServiceError` for what passes.
    public func add(_ keys: [String], at version: String?) async throws -> String? {
        try await translating { try await spotify.add(keys, to: playlist) ?? version }
    }

    /// Removes tracks wherever they stand; says the new version.
    /// - Throws: `PlaylistTargetError`, `ServiceError` for what passes.
    public func remove(_ keys: [String], at version: String?) async throws -> String? {
        try await translating { try await spotify.remove(keys, from: playlist, at: version) }
    }

    /// What another attempt would not change becomes a word of the rules' own.
    private func translating<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        do { return try await body() } catch let error as ServiceError {
            switch error.kind {
            case .missing: throw PlaylistTargetError.gone("spotify:playlist:\(playlist)")
            case .forbidden, .unauthorized: throw PlaylistTargetError.notPermitted(error.description)
            default: throw error
            }
        } catch let error as SpotifyError {
            throw PlaylistTargetError.notPermitted(error.description)
        }
    }
}

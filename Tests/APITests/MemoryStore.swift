import Catalog
import Synchronization

/// The small catalog's tracks behind the protocol that the interface reads the database through.
///
/// It stands in for the database where routes are tested; the database itself is tested with Storage.
final class MemoryStore: CatalogReading {
    /// A playlist of the first three tracks.
    static let playlist = "37i9dQZF1DXcBWIGoYBM5M"

    /// A playlist that was not taken over to its end; its part is the same.
    static let partialPlaylist = "37i9dQZF1DXcBWIGoYBM5P"

    /// A playlist without entries.
    static let emptyPlaylist = "37i9dQZF1DXcBWIGoYBM5E"

    /// The artist whose tracks are those of number 4.
    static let artist = "0OdUWJ0sBjDrqHygGUXeCF"

    private struct State {
        var tracks = SmallCatalog.tracks
        var failure: CatalogStoreError?
        var calls = 0
        var delay = Duration.zero
    }

    private let state = Mutex(State())
    /// What is asked for whole views, where a test needs any.
    private let view: (any CatalogReading)?

    init(view: (any CatalogReading)? = nil) { self.view = view }

    /// What every call throws from now on.
    func fail(with failure: CatalogStoreError?) { state.withLock { $0.failure = failure } }

    /// Forgets every track.
    func empty() { state.withLock { $0.tracks = [] } }

    /// How long a search takes from now on.
    func delay(by delay: Duration) { state.withLock { $0.delay = delay } }

    /// How often anything was asked of it.
    var calls: Int { state.withLock { $0.calls } }

    private func tracks() throws -> [CatalogTrack] {
        try state.withLock { state in
            state.calls += 1
            if let failure = state.failure { throw failure }
            return state.tracks
        }
    }

    func withView<Result: Sendable>(
        _ body: @Sendable (any CatalogView) async throws -> Result
    ) async throws -> Result {
        guard let view else { throw CatalogStoreError.failed("these routes have no use for views") }
        return try await view.withView(body)
    }

    func trackID(for id: ExternalID) async throws -> TrackID? {
        try tracks().first { $0.externalIDs.contains(id) }?.id
    }

    func tracks(of reference: EntityReference, limit: Int) async throws -> [TrackID]? {
        let tracks = try tracks()
        let found: [CatalogTrack]
        switch reference {
        case EntityReference(kind: .playlist, id: .spotify(Self.playlist)),
            EntityReference(kind: .playlist, id: .spotify(Self.partialPlaylist)):
            found = Array(tracks.prefix(3))
        case EntityReference(kind: .playlist, id: .spotify(Self.emptyPlaylist)): found = []
        case EntityReference(kind: .artist, id: .spotify(Self.artist)):
            found = tracks.filter { $0.artists.first?.id.rawValue == 4 }
        case .tag("jazz"): found = tracks.filter { $0.genres.contains("jazz") && $0.artists.first?.id.rawValue != 4 }
        default: return nil
        }
        return found.prefix(limit).map(\.id)
    }

    func isPartial(_ reference: EntityReference) async throws -> Bool {
        reference == EntityReference(kind: .playlist, id: .spotify(Self.partialPlaylist))
    }

    func search(_ query: String?, limit: Int, cursor: String?) async throws -> TrackPage {
        try await Task.sleep(for: state.withLock { $0.delay })
        let found = try tracks().filter { query == nil || $0.name?.contains(query ?? "") ?? false }
        guard let start = Int(cursor ?? "0") else { throw CatalogStoreError.badCursor }
        let end = min(found.count, start + limit)
        return TrackPage(tracks: Array(found[min(start, end)..<end]), next: end < found.count ? String(end) : nil)
    }

    func removeTrack(_ id: TrackID) async throws -> Bool {
        guard try tracks().contains(where: { $0.id == id }) else { return false }
        state.withLock { $0.tracks.removeAll { $0.id == id } }
        return true
    }
}

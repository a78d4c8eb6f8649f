import Catalog
import Foundation
import Ingest
import Providers

/// One source being taken over.
struct SourceRun: Sendable {
    let ingest: SourceIngest
    let observer: SourceIngest.Observer
    var report: SourceReport

    init(ingest: SourceIngest, observer: SourceIngest.Observer, report: SourceReport) {
        (self.ingest, self.observer, self.report) = (ingest, observer, report)
    }

    mutating func run(_ source: Source) async throws {
        // Killed between its last checkpoint and its job's end.
        guard !report.isDone(report.key) else { return }
        switch source {
        case .track(let id): try await take([try await spotify.track(id)], "track")
        case .album(let id): try await album(id)
        case .playlist(let id): try await playlist(id)
        case .likedTracks: try await sync(library(source, .savedTracks), words: "liked tracks")
        case .savedAlbums: try await sync(library(source, .savedAlbums), words: "saved albums")
        case .playlists: try await playlists()
        case .recentlyPlayed: try await recentlyPlayed()
        case .topTracks: try await topTracks()
        case .files(let path): try await files(path)
        }
    }

    var spotify: Spotify { get throws { try ingest.needed() } }

    /// Writes answers into the catalog as one import.
    mutating func take(_ answers: [SpotifyAnswer], _ words: String) async throws {
        for answer in answers { report.add(answer) }
        // Beforehand, so that the checkpoint of the import says so as well; should that fail, so does the run.
        report.finish(report.key)
        try await write(answers.flatMap(\.records))
        try await keepReport()
        observer.progress(1, words)
    }

    /// Writes records into the catalog as one import, with a checkpoint; of a playlist where they are of one.
    mutating func write(_ records: [CatalogRecord], of playlist: ExternalID? = nil) async throws {
        guard !records.isEmpty else { return }
        let pending = try await NotingImports(report.key, store: ingest.store).beginImport(of: SourceRun.source)
        do {
            try await pending.append(records)
            report.add(try await pending.commit(), of: playlist?.value)
        } catch {
            await pending.cancel()
            throw error
        }
        try await keepReport()
    }

    /// Makes a checkpoint, also where the run is being called off: what was committed is new only once.
    func keepReport() async throws {
        let (observer, report) = (observer, report)
        try await Task { try await observer.checkpoint(report) }.value
    }

    /// What imports of a service's own answers are called.
    static let source = ImportSource(name: SpotifyAccounts.service, authority: .service)

    private mutating func album(_ id: String) async throws {
        let album = try await spotify.album(id)
        let rest = try await rest(of: album)
        note(rest.unfinished)
        try await take([album] + rest.pages, "album")
    }

    /// Tracks of albums that an answer does not give to the end, and the albums that the service itself does not list to
    /// their ends, with how many it lists.
    func rest(
        of answer: SpotifyAnswer
    ) async throws -> (pages: [SpotifyAnswer], unfinished: [(id: ExternalID, tracks: Int)]) {
        var pages: [SpotifyAnswer] = []
        var unfinished: [(id: ExternalID, tracks: Int)] = []
        for (id, given) in answer.unfinishedAlbums {
            var (offset, total, hasMore) = (given, 0, true)
            while hasMore {
                let page = try await spotify.page(of: .albumTracks(id.value), offset: offset, expecting: total)
                pages.append(page)
                total = max(total, page.page?.total ?? 0)
                offset += page.page?.count ?? 0
                hasMore = page.page?.hasMore == true
                if page.page?.unlisted ?? 0 > 0 { unfinished.append((id, offset)) }
            }
        }
        return (pages, unfinished)
    }

    /// Tells of albums that the service does not list to their ends.
    mutating func note(_ albums: [(id: ExternalID, tracks: Int)]) {
        for (id, tracks) in albums {
            report.note("the album \(id.value): Spotify lists \(tracks) tracks and says that there are more")
        }
    }

    /// Tells of elements that a list counts and does not give; nothing where there are none.
    mutating func note(_ unlisted: Int, of name: String, listed: Int) {
        guard unlisted > 0 else { return }
        report.note("\(name): Spotify lists \(listed) and says that there are \(listed + unlisted)")
    }

    // MARK: Playlists

    private mutating func playlist(_ id: String) async throws {
        let description = try await spotify.playlist(id)
        do {
            try await sync(try collection(description), words: description.name ?? id)
        } catch let error as ServiceError where error.kind == .forbidden {
            throw SourceError.refused(
                "Spotify gives what the playlist \(description.name ?? id) holds to its owner and collaborators only;"
                    + " copy it to a playlist of your own and give that one's link")
        }
    }

    /// All playlists of the listener; those of others are counted, since the service does not give what they hold.
    private mutating func playlists() async throws {
        let owner = try await spotify.profile().id
        let all = report.readingOrder(of: try await listedPlaylists())
        var failures = PlaylistFailures()
        let isGiven = { (playlist: SpotifyPlaylist) in playlist.ownerID == owner || playlist.isCollaborative }
        // A playlist is as much of the work as it is long.
        let weights = all.map { 1 + Double(isGiven($0) ? $0.total ?? 0 : 0) }
        let whole = max(1, weights.reduce(0, +))
        var passed = 0.0
        for (playlist, weight) in zip(all, weights) {
            let stretch = Stretch(start: passed / whole, length: weight / whole)
            passed += weight
            guard !report.isDone(playlist.id) else { continue }
            observer.progress(stretch.start, playlist.name ?? playlist.id)
            if isGiven(playlist) {
                guard try await read(playlist, in: stretch, &failures) else { continue }
            } else {
                report.withheld += 1
            }
            report.finish(playlist.id)
        }
        try await keepReport()
        if let error = failures.error(of: all.count) { throw error }
        observer.progress(1, "playlists")
    }

    private mutating func listedPlaylists() async throws -> [SpotifyPlaylist] {
        let (key, service) = ("playlists:\(ingest.account ?? "")", SpotifyAccounts.service)
        let state = try await ingest.store.syncs(of: [key], at: service)[key] ?? CollectionSync()
        try refuseEarly(state)
        var all: [SpotifyPlaylist] = []
        var (offset, total, hasMore) = (0, 0, true)
        while hasMore {
            let page = try await spotify.playlists(offset: offset, expecting: total)
            all += page.playlists
            total = page.total
            offset += page.count
            hasMore = page.hasMore
            let (version, isCut) = (String(page.total), page.unlisted > 0)
            if isCut, state.checkpoint != .init(version: version, offset: offset, end: offset) {
                throw try await stop(version, key, state, offset..<offset + page.unlisted)
            }
            note(page.unlisted, of: "playlists", listed: offset)
            let end = End(gap: isCut ? offset : nil, told: isCut ? offset : nil)
            if !hasMore { try await ingest.store.save(ended(version, end), of: key, at: service) }
        }
        var seen: Set<String> = []
        return all.filter { seen.insert($0.id).inserted }
    }
}

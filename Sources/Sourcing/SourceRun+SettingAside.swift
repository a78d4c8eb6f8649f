import Foundation
import Providers

/// Playlists that were set aside in a run: they failed with something of their own, and the others were read nevertheless.
struct PlaylistFailures: Sendable {
    private var names: [String] = []
    private var reasons: [String] = []
    /// When it is worth asking again, of those where it is.
    private var moments: [Date] = []

    mutating func add(_ name: String, _ error: ServiceError, reason: String) {
        names.append(name)
        reasons.append(reason)
        if let moment = error.resumeAt { moments.append(moment) }
    }

    /// What ends the run once everything else is read; nil where nothing was set aside.
    ///
    /// It waits for the last of the moments, so that one more run does for all.
    func error(of count: Int) -> SourceError? {
        guard !names.isEmpty else { return nil }
        let shown = zip(names, reasons).prefix(3).map { "\($0): \($1)" }.joined(separator: "; ")
        let rest = names.count > 3 ? "; and \(names.count - 3) more" : ""
        let reason = "\(names.count) of \(count) playlists could not be read: \(shown)\(rest)"
        return moments.max().map { .postponed(until: $0, reason: reason) } ?? .refused(reason)
    }
}

extension SourceRun {
    /// Reads a playlist; says whether that is done with.
    ///
    /// One that the service keeps to itself is counted. One that fails with something of its own is set aside and told of,
    /// so that the others are read all the same, and another run begins with those.
    /// - Throws: where the service as a whole is away, or the catalog.
    mutating func read(
        _ playlist: SpotifyPlaylist, in stretch: Stretch, _ failures: inout PlaylistFailures
    ) async throws -> Bool {
        let name = playlist.name ?? playlist.id
        let beginning = "the playlist \(name) (\(playlist.id)): "
        report.forgetProblems(beginning)
        do {
            try await sync(try collection(playlist), words: name, in: stretch)
        } catch let error as ServiceError where error.kind == .forbidden || error.kind == .missing {
            report.withheld += 1
        } catch let error as ServiceError where error.failsByItself || error.refusesWhatIsAsked {
            var plain = error
            plain.resumeAt = nil
            failures.add(name, error, reason: plain.description)
            report.note(beginning + plain.description)
            report.setAside = (report.setAside ?? []).filter { $0 != playlist.id } + [playlist.id]
            // Kept at once: should the next one find the service away, the run after that begins with the others.
            try await keepReport()
            return false
        }
        report.setAside?.removeAll { $0 == playlist.id }
        return true
    }
}

extension SourceReport {
    /// The playlists in the order to read them in: those that were set aside come last.
    func readingOrder(of playlists: [SpotifyPlaylist]) -> [SpotifyPlaylist] {
        let last = Set(setAside ?? [])
        return playlists.filter { !last.contains($0.id) } + playlists.filter { last.contains($0.id) }
    }
}

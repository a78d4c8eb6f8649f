import Foundation
import Providers

/// Why a playlist was set aside: it failed with something of its own, and the others were read nevertheless.
struct SetAside: Sendable, Hashable, Codable {
    /// How often in a row it has failed.
    var failures = 0
    /// Before when it is not asked for.
    var until: Date
    var reason: String
    /// What the report holds of it.
    var share: SourceReport.Held?

    /// In seconds, where the service names no moment.
    static let longestPause = 3_600.0
}

/// Playlists that a run has yet to read once it has read the others.
struct PlaylistFailures: Sendable {
    private var reasons: [String] = []
    private var moment = Date.distantPast

    mutating func add(_ name: String, _ cause: SetAside) {
        reasons.append("\(name): \(cause.reason)")
        moment = max(moment, cause.until)
    }

    /// What ends the run once everything else is read; nil where nothing was set aside.
    ///
    /// It waits for the last of the moments, so that one more run does for all.
    func error(of count: Int) -> SourceError? {
        guard !reasons.isEmpty else { return nil }
        let rest = reasons.count > 3 ? "; and \(reasons.count - 3) more" : ""
        let shown = reasons.prefix(3).joined(separator: "; ")
        return .postponed(
            until: moment, reason: "\(reasons.count) of \(count) playlists could not be read: \(shown)\(rest)")
    }
}

extension SourceRun {
    /// Reads a playlist; says whether that is done with.
    ///
    /// One that the service keeps to itself is counted. One that fails with something of its own is told of and set aside,
    /// so that the others are read all the same, and later runs begin with those; the pause doubles with each failure,
    /// unless the service has named the moment to come back.
    /// Where waiting does not help, or has not, the run ends without it.
    /// - Throws: where the service as a whole is away, or the catalog.
    mutating func read(
        _ playlist: SpotifyPlaylist, in stretch: Stretch, _ failures: inout PlaylistFailures
    ) async throws -> Bool {
        let (name, former) = (playlist.name ?? playlist.id, report.postponed?[playlist.id])
        if let former, former.until > (try spotify.clock.now()) {
            failures.add(name, former)
            return false
        }
        let beginning = "the playlist \(name) (\(playlist.id)): "
        report.forgetProblems(beginning)
        var cause: SetAside?
        do {
            try await sync(try collection(playlist), words: name, in: stretch)
        } catch let error as ServiceError where error.kind == .forbidden || error.kind == .missing {
            report.withheld += 1
            // It stands in the listener's own list: that the service has none is worth a word.
            if error.kind == .missing { report.note(beginning + error.description) }
        } catch SourceError.postponed(let until, let reason) {
            // Nobody asked: another run was told when to come back. A run that does not come back leaves it at that.
            if ingest.options.failuresAtMost > 1 {
                cause = SetAside(failures: former?.failures ?? 0, until: until, reason: reason)
            } else {
                report.note(beginning + reason)
            }
        } catch let error as ServiceError where error.failsByItself || error.refusesWhatIsAsked {
            var plain = error
            plain.resumeAt = nil
            report.note(beginning + plain.description)
            cause = try error.resumeAt.flatMap { try setAside(after: former?.failures ?? 0, $0, plain.description) }
        }
        cause?.share = report.share(of: playlist.id)
        var postponed = report.postponed ?? [:]
        postponed[playlist.id] = cause
        report.postponed = postponed.isEmpty ? nil : postponed
        guard let cause else { return true }
        failures.add(name, cause)
        // Kept at once: should the next one find the service away, the run after that begins with the others.
        try await keepReport()
        return false
    }

    /// Sets a playlist aside that has failed once more; nil where it has so too often.
    private func setAside(after failures: Int, _ moment: Date, _ reason: String) throws -> SetAside? {
        guard failures + 1 < ingest.options.failuresAtMost else { return nil }
        let now = try spotify.clock.now()
        var pause = moment.timeIntervalSince(now)
        // A longer one than the usual (but for rounding) is what the service itself has named.
        if pause <= Self.pause + 1 { pause = min(pause * Double(1 << failures), SetAside.longestPause) }
        return SetAside(failures: failures + 1, until: now.addingTimeInterval(pause), reason: reason)
    }
}

extension SourceReport {
    /// The playlists in the order to read them in: those that were set aside come last.
    func readingOrder(of playlists: [SpotifyPlaylist]) -> [SpotifyPlaylist] {
        let isLast = { (playlist: SpotifyPlaylist) in postponed?[playlist.id] != nil }
        return playlists.filter { !isLast($0) } + playlists.filter(isLast)
    }
}

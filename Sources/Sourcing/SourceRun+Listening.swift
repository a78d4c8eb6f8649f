import Catalog
import Foundation
import Ingest
import Providers

extension SourceRun {
    /// Pages of plays that are asked for at most; the service has been seen to give one.
    private static let pagesOfPlays = 20

    /// The last plays, back to where the service knows no more; those that are known already change nothing.
    mutating func recentlyPlayed() async throws {
        var answers: [SpotifyAnswer] = []
        var before: Int?
        for _ in 0..<Self.pagesOfPlays {
            let answer = try await spotify.page(of: .recentlyPlayed(before: before))
            answers.append(answer)
            let oldest = answer.records.compactMap { record -> Double? in
                if case .play(let play) = record { play.playedAt } else { nil }
            }.min()
            // Plays are noted by the second: the next page begins at its end, so that none in it is passed over.
            guard let oldest, answer.page?.hasMore == true else { break }
            let next = (Int(oldest) + 1) * 1_000
            guard next < before ?? .max else { break }
            before = next
        }
        try await take(answers, "recently played")
    }

    /// The tracks heard most, with their ranks, for each span of time.
    mutating func topTracks() async throws {
        let spans = SpotifyList.Span.allCases
        for (place, span) in spans.enumerated() where !report.isDone(span.rawValue) {
            observer.progress(Double(place) / Double(spans.count), "top tracks, \(span.rawValue)")
            let answers = try await ranking(over: span)
            report.begin(span.rawValue)
            for answer in answers { report.add(answer) }
            try await write(answers.flatMap(\.records))
            try await ingest.store.keep(
                Favourites(span: span.rawValue, tracks: Self.tracks(of: answers)), of: ingest.account ?? "",
                at: try spotify.clock.now())
            report.finish(span.rawValue)
            try await keepReport()
        }
        observer.progress(1, "top tracks")
    }

    private mutating func ranking(over span: SpotifyList.Span) async throws -> [SpotifyAnswer] {
        var answers: [SpotifyAnswer] = []
        var (offset, hasMore) = (0, true)
        while hasMore {
            let answer = try await spotify.page(of: .topTracks(span), offset: offset)
            answers.append(answer)
            offset += answer.page?.count ?? 0
            hasMore = answer.page?.hasMore == true
            // Ranked anew the next time, however it ended.
            note(answer.page?.unlisted ?? 0, of: "top tracks, \(span.rawValue)", listed: offset)
        }
        return answers
    }

    /// Each track once, by its first id, in the order of the answers.
    private static func tracks(of answers: [SpotifyAnswer]) -> [ExternalID] {
        var seen: Set<ExternalID> = []
        return answers.flatMap(\.records).compactMap { record in
            guard case .track(let track) = record, let id = track.ids.first, seen.insert(id).inserted else {
                return nil
            }
            return id
        }
    }
}

public import Catalog
import Foundation

/// A recording as MusicBrainz describes it.
public struct MusicBrainzRecording: Sendable, Hashable, Decodable {
    /// An artist as credited.
    public struct Credit: Sendable, Hashable, Decodable {
        /// The artist's own entry.
        public struct Artist: Sendable, Hashable, Decodable {
            /// The artist's id.
            public var id: String
            /// The artist's name.
            public var name: String
        }

        /// The name as credited.
        public var name: String
        /// Whom it names.
        public var artist: Artist
    }

    /// A word that listeners gave, with how many did.
    public struct Tag: Sendable, Hashable, Decodable {
        /// The word.
        public var name: String
        /// Votes for it, less those against.
        public var count: Int?
    }

    struct List: Decodable, Sendable {
        var recordings: [MusicBrainzRecording]
    }

    /// The recording's id.
    public var id: String
    /// The title.
    public var title: String
    /// Milliseconds, where known.
    public var length: Int?
    /// Whether it is a video.
    public var video: Bool?
    /// Year, month or day.
    public var firstReleaseDate: String?
    /// Who is credited.
    public var artistCredit: [Credit]?
    /// All its ISRCs.
    public var isrcs: [String]?
    /// What listeners call it.
    public var tags: [Tag]?

    enum CodingKeys: String, CodingKey {
        case id, title, length, video, isrcs, tags
        case firstReleaseDate = "first-release-date"
        case artistCredit = "artist-credit"
    }

    /// The tags that more listeners are for than against, most votes first.
    public var tagNames: [String] {
        let kept = (tags ?? []).filter { ($0.count ?? 0) > 0 }
        return kept.sorted { ($1.count ?? 0, $0.name) < ($0.count ?? 0, $1.name) }.map { $0.name.lowercased() }
    }

    /// The one that fits a track best: no video, the same title, the nearest length; the first of equals.
    public static func best(
        of recordings: [MusicBrainzRecording], for subject: EnrichmentSubject
    ) -> MusicBrainzRecording? {
        let ranked = recordings.enumerated().map { place, recording in
            (rank: recording.rank(for: subject) + [place], recording: recording)
        }
        return ranked.min { $0.rank.lexicographicallyPrecedes($1.rank) }?.recording
    }

    private func rank(for subject: EnrichmentSubject) -> [Int] {
        let hasTitle = RecordingKey.normalized(title) == subject.name.map(RecordingKey.normalized)
        let distance = length.flatMap { length in subject.duration.map { abs($0 - length) } } ?? 3_600_000
        return [video == true ? 1 : 0, hasTitle ? 0 : 1, distance]
    }
}

/// A track as a playlist or a history names it without an id that makes a track: to be found in the catalog.
///
/// It never makes a track. Other records of the same source refer to it by `handle`; those whose mention finds nothing
/// are left out and listed in the report.
public struct MentionRecord: Sendable, Hashable {
    /// Ids that may name the track, the most exact first; ISRCs are tried after all others.
    public var ids: [ExternalID]
    /// Title, where known.
    public var title: String?
    /// Credited artists as one text, where known.
    public var artist: String?
    /// Length in milliseconds, where known.
    public var duration: Int?
    /// The physical line, from 1, where the source first says it.
    public var line: Int

    /// Describes a track.
    public init(ids: [ExternalID] = [], title: String? = nil, artist: String? = nil, duration: Int? = nil, line: Int) {
        self.ids = ids
        self.title = title
        self.artist = artist
        self.duration = duration
        self.line = line
    }

    /// The namespace of handles; nothing in the catalog is named in it.
    public static let namespace = "mention"

    /// What other records of the same source call the track; equal for equal descriptions, wherever they stand.
    public var handle: ExternalID {
        let parts =
            ids.map { "\($0.namespace):\($0.value)" } + [artist ?? "", title ?? "", duration.map { "\($0)" } ?? ""]
        return ExternalID(namespace: Self.namespace, value: parts.joined(separator: "\u{1f}"))
    }

    /// The recordings that the names may mean, as `RecordingKey`s, the likeliest first; empty without artist or title.
    ///
    /// Where a source joins several artists in one text, the first of them counts, as it does in the catalog.
    public var keys: [String] {
        guard let artist, let title else { return [] }
        let firsts = [", ", " & ", " and ", " x ", " / ", "/"].compactMap { mark in
            artist.range(of: mark).map { String(artist[..<$0.lowerBound]) }
        }
        var keys: [String] = []
        for name in [artist] + firsts {
            if let key = RecordingKey.make(artist: name, title: title), !keys.contains(key) { keys.append(key) }
        }
        return keys
    }
}

extension StringProtocol {
    /// Where a text first occurs; exact.
    fileprivate func range(of text: String) -> Range<Index>? { self.firstRange(of: text) }
}

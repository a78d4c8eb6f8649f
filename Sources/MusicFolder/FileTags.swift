internal import Catalog
internal import Foundation
internal import SoundDocument

/// What the tags of a file say about its track, under the names that the formats give them.
struct FileTags {
    private let tags: [String: String]

    /// Takes tags, names in lower case.
    init(_ tags: [String: String]) { self.tags = tags }

    /// The first of the tags that says something.
    private func text(_ names: String...) -> String? {
        for name in names {
            let text = tags[name]?.trimmingCharacters(in: .whitespacesAndNewlines.union(.controlCharacters))
            if let text, !text.isEmpty { return text }
        }
        return nil
    }

    /// A track known by the file's path, and by what else the tags name it.
    func record(of file: MusicFile, duration: Double) -> TrackRecord {
        TrackRecord(
            ids: [file.trackID] + otherIDs, name: text("title") ?? Self.title(of: file.path), artists: artists,
            album: album, released: released, duration: Int((duration * 1_000).rounded()),
            trackNumber: number("track", "tracknumber"), discNumber: number("disc", "discnumber"), genres: genres)
    }

    /// What the tags leave open.
    var gaps: FolderLedger.Gaps {
        FolderLedger.Gaps(title: text("title") == nil, artists: artists.isEmpty, isrc: isrc == nil)
    }

    /// Adds to a copy's record what the original's tags leave open, which from then on is no longer open.
    func fill(_ gaps: inout FolderLedger.Gaps, of record: inout TrackRecord) {
        if gaps.title, let title = text("title") { (record.name, gaps.title) = (title, false) }
        if gaps.artists, !artists.isEmpty { (record.artists, gaps.artists) = (artists, false) }
        if gaps.isrc, let isrc {
            record.ids.append(.isrc(isrc))
            gaps.isrc = false
        }
    }

    private var isrc: String? { text("isrc", "tsrc").flatMap { ExternalID.canonicalISRC($0) } }

    private var otherIDs: [ExternalID] {
        let recording = text("musicbrainz_trackid", "musicbrainz track id", "musicbrainz recording id")?.lowercased()
        let isUUID = recording.map { $0.utf8.count == 36 && UUID(uuidString: $0) != nil } ?? false
        return [
            isrc.map { ExternalID.isrc($0) }, isUUID ? recording.map { ExternalID(namespace: "mbid", value: $0) } : nil,
        ].compactMap(\.self)
    }

    private var artists: [ArtistRecord] {
        Self.names(text("artist", "author", "album_artist", "composer")).map { ArtistRecord(name: $0) }
    }

    private var album: AlbumRecord? {
        guard let name = text("album") else { return nil }
        let artists = Self.names(text("album_artist", "albumartist")).map { ArtistRecord(name: $0) }
        return AlbumRecord(name: name, released: released, artists: artists)
    }

    private var released: ReleaseDate? {
        guard let date = text("originaldate", "date", "year", "tdor", "tdrc") else { return nil }
        let day = String(date.prefix(10))
        return ReleaseDate(day) ?? ReleaseDate(String(day.prefix(7))) ?? ReleaseDate(String(day.prefix(4)))
    }

    private var genres: [String] {
        Self.names(text("genre")?.replacingOccurrences(of: "/", with: ";").replacingOccurrences(of: ",", with: ";"))
            .map { $0.lowercased() }
    }

    /// `7` of `7/12`, from 1.
    private func number(_ names: String...) -> Int? {
        for name in names {
            guard let text = text(name), let number = Int(text.prefix { $0.isNumber }) else { continue }
            if (1...9_999).contains(number) { return number }
        }
        return nil
    }

    /// Formats that allow several values come with semicolons between them.
    private static func names(_ text: String?) -> [String] {
        (text ?? "").split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    /// The file's name without its extension, underscores as spaces.
    static func title(of path: String) -> String {
        let name = FilePath(path).lastName
        let stem = name.lastIndex(of: ".").map { $0 > name.startIndex ? String(name[..<$0]) : name } ?? name
        return stem.replacingOccurrences(of: "_", with: " ")
    }
}

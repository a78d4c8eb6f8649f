internal import Catalog

extension TableRow {
    /// What the row of a playlist is, where it is no track of a catalog.
    func otherThanTrack() throws(RowProblem) -> String? {
        guard let text = try text(.trackID) else { return nil }
        if text.hasPrefix("spotify:episode:") || text.contains("/episode/") { return "an episode of a podcast" }
        return text.hasPrefix("spotify:chapter:") ? "a chapter of an audiobook" : nil
    }

    /// Whether the row is about a file of the listener's own, which has no id but names.
    func isLocal() throws(RowProblem) -> Bool {
        guard let text = try text(.trackID) else { return true }
        return text.hasPrefix("spotify:local:")
    }

    /// The track that the row describes without an id.
    func mention(line: Int) throws(RowProblem) -> MentionRecord {
        let (title, artist) = (try text(.trackName), try text(.artists))
        let code = try text(.isrc).flatMap { ExternalID.canonicalISRC($0) }
        guard code != nil || title != nil && artist != nil else {
            throw RowProblem(reason: "names no track: it needs a title and an artist, or an ISRC")
        }
        return MentionRecord(
            ids: code.map { [.isrc($0)] } ?? [], title: title, artist: artist.map(Self.firstOfList),
            duration: try duration(), line: line)
    }

    /// The playlist's name in the row; nil where the file is one playlist.
    func playlistName() throws(RowProblem) -> String? { try text(.playlistName) }

    /// When the entry was added, in seconds since 1970.
    func addedAt() throws(RowProblem) -> Double? { try text(.addedAt).flatMap(Instant.seconds) }

    /// The place in the playlist, from 0.
    func position() throws(RowProblem) -> Int? { try integer(.position, in: 1...10_000_000).map { $0 - 1 } }

    /// Tables list artists between semicolons.
    private static func firstOfList(_ artists: String) -> String {
        artists.prefix { $0 != ";" }.trimmingSpaces
    }
}

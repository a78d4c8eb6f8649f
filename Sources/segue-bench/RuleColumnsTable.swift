import Catalog
import Features
import Foundation

/// The columns that the measured rules ask for, as a table that other programs read.
enum RuleColumnsTable {
    private static let head =
        "id,name,artist,artist_name,album,year,duration_ms,popularity,explicit,genre,energy,tempo\n"

    /// Writes one line for each track.
    /// - Throws: what writing the file throws.
    static func write(_ tracks: some Sequence<CatalogTrack>, to path: String) throws {
        var text = head
        for track in tracks { text += line(track) }
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    private static func line(_ track: CatalogTrack) -> String {
        let artist = track.artists.first
        let fields: [String?] = [
            "\(track.id.rawValue)", track.name, artist.map { "\($0.id.rawValue)" }, artist?.name, track.album,
            track.year.map(String.init), track.duration.map(String.init), track.popularity.map(String.init),
            track.explicit.map(String.init), track.genres.first, track.features[.energy].map { "\($0)" },
            track.features[.tempo].map { "\($0)" },
        ]
        return fields.map { $0 ?? "" }.joined(separator: ",") + "\n"
    }
}

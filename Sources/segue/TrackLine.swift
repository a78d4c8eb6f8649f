import Catalog
import Foundation
import Recommendation
import Terminal

/// A track on one line: title — artists (year).
struct TrackLine: Sendable {
    private var title: String
    private var artists: [String]
    private var year: Int?

    /// A track of the catalog.
    init(_ track: CatalogTrack) {
        title = track.name ?? TrackJSON.publicID(track)
        artists = track.artists.map(\.name)
        year = track.year
    }

    /// A track of the index.
    init(_ track: TrackHandle, in catalog: ServingCatalog) {
        let snapshot = catalog.snapshot(track)
        var bytes: [UInt8] = []
        snapshot.appendJSON(track.row, to: &bytes)
        let facts = try? JSONDecoder().decode(Facts.self, from: Data(bytes))
        title = facts?.name ?? snapshot.publicID(track.row)
        artists = facts?.artists ?? []
        year = facts?.year
    }

    private struct Facts: Decodable {
        var name: String?
        var artists: [String]?
        var year: Int?
    }

    /// Plain.
    var text: String { styled.plain }

    /// With the title standing out.
    var styled: StyledText {
        var line = StyledText(title, .bold)
        if !artists.isEmpty { line += StyledText(" — \(artists.joined(separator: ", "))") }
        if let year { line += StyledText(" (\(year))", .dim) }
        return line
    }
}

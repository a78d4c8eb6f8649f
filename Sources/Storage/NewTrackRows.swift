internal import Catalog
internal import Postgres

/// Rows of new tracks for the catalog's own tables, as bytes of a binary COPY.
struct NewTrackRows: Sendable {
    let tracks: [StagedTrack]
    /// The id of the first track; the others follow it.
    let first: Int64
    /// Ids of artists and albums by the numbers of their rows.
    let artists: [Int64]
    let albums: [Int64]

    /// Rows of so many bytes for each track, as a rule.
    private func rows(
        of size: Int, ofAll: Bool = false, _ fill: (inout CopyBuffer, StagedTrack, Int64) -> Void
    ) -> [UInt8] {
        var buffer = CopyBuffer(capacity: tracks.count * size)
        // Of a span they are not copied: each copy counts references to what has left the processor's caches.
        let tracks = tracks.span
        for index in tracks.indices where ofAll || tracks[index].isLone {
            fill(&buffer, tracks[index], first + Int64(index))
        }
        return buffer.finished()
    }

    /// Rows of audio features.
    var featureCount: Int {
        let tracks = tracks.span
        var count = 0
        for index in tracks.indices where tracks[index].isLone { count += tracks[index].features.count }
        return count
    }

    /// The ids that they come under.
    var names: [(id: ExternalID, entity: Int64)] {
        let tracks = tracks.span
        var names: [(id: ExternalID, entity: Int64)] = []
        names.reserveCapacity(tracks.count)
        for index in tracks.indices { names.append((tracks[index].record.ids[0], first + Int64(index))) }
        return names
    }

    /// With what the search looks at, of each track; of a track with several rows, the id alone.
    func tracks(texts: [String]) -> [UInt8] {
        rows(of: 192, ofAll: true) { buffer, track, id in
            buffer.beginRow(columns: 11)
            buffer.append(id)
            guard track.isLone else {
                for _ in 0..<8 { buffer.append(nil as Int32?) }
                buffer.append([] as [String])
                return buffer.append("")
            }
            buffer.append(track.record.name?.storable)
            buffer.append(track.album.map { albums[Int($0)] })
            buffer.append(track.released)
            buffer.append(track.record.duration.map { Int32(clamping: $0) })
            buffer.append(track.record.popularity.map { Int32(clamping: $0) })
            buffer.append(track.record.explicit)
            buffer.append(track.record.trackNumber.map { Int32(clamping: $0) })
            buffer.append(track.record.discNumber.map { Int32(clamping: $0) })
            buffer.append(track.record.genres.storable ?? [])
            buffer.append(texts[Int(id - first)])
        }
    }

    func credits() -> [UInt8] {
        rows(of: 64) { buffer, track, id in
            for (position, artist) in track.artists.enumerated() {
                buffer.beginRow(columns: 3)
                buffer.append(id)
                buffer.append(Int32(position))
                buffer.append(artists[Int(artist)])
            }
        }
    }

    func features(source: String) -> [UInt8] {
        rows(of: 192) { buffer, track, id in
            for features in track.features {
                buffer.beginRow(columns: 3 + AudioFeature.allCases.count)
                buffer.append(id)
                buffer.append(features.record)
                buffer.append(source)
            }
        }
    }

    /// Which track is which, for rows that name it by number: of all, or as rows of `track_of` of those with other ids.
    func numbers(ofAliased: Bool) -> [UInt8] {
        rows(of: ofAliased ? 0 : 32) { buffer, track, id in
            if ofAliased, track.record.ids.count == 1 { return }
            buffer.beginRow(columns: ofAliased ? 4 : 2)
            buffer.append(track.no)
            buffer.append(id)
            guard ofAliased else { return }
            buffer.append(true)
            buffer.append(Int64(1))
        }
    }
}

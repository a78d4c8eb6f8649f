internal import Catalog
internal import Postgres

extension CatalogMerge {
    /// Stages the chunk's playlists and entries, unless they can be taken straight into the catalog at the end.
    mutating func admitPlaylists() async throws {
        if let newPlaylists, newPlaylists.hasRoom(for: chunk) {
            if !chunk.entries.isEmpty { trackIDs = ChunkTrackIDs(of: chunk) }
            return
        }
        let earlier = newPlaylists
        newPlaylists = nil
        if let earlier { try await stage(earlier) }
        for playlist in chunk.playlists { waiting.add(playlist) }
        for entry in chunk.entries { waiting.add(entry) }
        (chunk.playlists, chunk.entries) = ([], [])
        var rows = waiting
        // Else each buffer would be copied before it is sent.
        waiting = StagingRows()
        try await stage(&rows)
        waiting = rows
    }

    /// Stages what earlier chunks brought, with the ids of its tracks.
    private mutating func stage(_ playlists: NewPlaylists) async throws {
        for playlist in playlists.playlists where playlist.isDescribed {
            waiting.add(playlist.record)
        }
        var (numbers, listed) = (CopyBuffer(), Set<Int32>())
        for entry in playlists.entries {
            waiting.addEntry(
                of: playlists.playlists[Int(entry.playlist)].record.id, track: entry.no, nil, position: entry.position,
                addedAt: entry.addedAt)
            guard listed.insert(entry.no).inserted else { continue }
            numbers.beginRow(columns: 2)
            numbers.append(entry.no)
            numbers.append(entry.track)
        }
        guard !numbers.isEmpty else { return }
        try await prepareStaging()
        // Some may be there already, from rows of another kind: what joins them takes each row once.
        try await copy("track_was (no, id)", numbers.finished())
    }

    /// Takes in the chunk's playlists and entries, once its tracks have their ids.
    mutating func takePlaylists() async throws {
        guard var playlists = newPlaylists, !chunk.playlists.isEmpty || !chunk.entries.isEmpty else { return }
        newPlaylists = nil
        for playlist in chunk.playlists { playlists.add(playlist) }
        let given = chunk.entries
        (chunk.playlists, chunk.entries) = ([], [])
        let merged = given.indices.compactMap { place in
            given[place].track.flatMap { trackIDs[$0] == nil ? $0 : nil }
        }
        if !merged.isEmpty {
            let found = try await session.rows("SELECT no, id FROM track_of WHERE no = ANY(\(merged))") {
                (no: Int32(try $0[0] as Int), id: try $0[1] as Int64)
            }
            for (no, id) in found { trackIDs[no] = id }
        }
        let entries = given.span
        for place in entries.indices {
            guard let no = entries[place].track, let track = trackIDs[no] else {
                preconditionFailure("a track was not resolved")
            }
            playlists.add(entries[place].record, no: no, track: track)
        }
        newPlaylists = playlists
    }

    /// Takes new playlists and what they hold straight into the catalog.
    mutating func loadPlaylists() async throws {
        guard let playlists = newPlaylists, !playlists.playlists.isEmpty else { return }
        let given = playlists.playlists
        let order = given.indices.filter { given[$0].isDescribed } + given.indices.filter { !given[$0].isDescribed }
        let first = try await reserve(given.count, of: "playlists_id_seq")
        var ids = [Int64](repeating: 0, count: given.count)
        for (offset, place) in order.enumerated() { ids[place] = first + Int64(offset) }
        var rows = CopyBuffer()
        for place in order {
            rows.beginRow(columns: 5)
            rows.append(ids[place])
            rows.append(given[place].record.name)
            rows.append(given[place].record.summary)
            rows.append(given[place].record.snapshot)
            rows.append(given[place].record.owner)
        }
        await copies.send(rows.finished(), to: "playlists (id, name, summary, snapshot, owner)")
        await nameNew(.playlist, given.indices.map { (given[$0].record.id, ids[$0]) })
        await makeKeysOfTracks()
        let placed = playlists.placed(ids: ids)
        await list(placed)
        counts.newPlaylists = given.count
        counts.newEntries = placed.count
    }

    private func list(_ placed: [NewPlaylists.Placed]) async {
        guard !placed.isEmpty else { return }
        var (entries, history) = (CopyBuffer(capacity: placed.count * 46), CopyBuffer(capacity: placed.count * 24))
        let batch = source.name.withoutZeros
        for entry in placed {
            entries.beginRow(columns: 4)
            entries.append(entry.playlist)
            entries.append(entry.position)
            entries.append(entry.track)
            entries.append(entry.addedAt.map(Timestamp.init(secondsSince1970:)))
        }
        await copies.send(entries.finished(), to: "playlist_entries (playlist_id, position, track_id, added_at)")
        var rest = placed[...]
        while let playlist = rest.first?.playlist {
            let added = rest.prefix { $0.playlist == playlist }
            history.beginRow(columns: 5)
            history.append(playlist)
            history.append(added.map(\.position))
            history.append(added.map(\.track))
            history.append(PlaylistHistory.Change.added.rawValue)
            history.append(batch)
            rest.removeFirst(added.count)
        }
        await copies.send(
            history.finished(), to: "playlist_entry_history (playlist_id, positions, track_ids, change, batch)")
    }
}

/// The ids of a chunk's tracks by their numbers in the import, as far as they are known.
struct ChunkTrackIDs: Sendable {
    private var first: Int32 = 0
    private var ids: [Int64] = []

    /// Of no chunk.
    init() {}

    /// None known yet.
    init(of chunk: StagedChunk) {
        first = chunk.tracks.first?.no ?? 0
        ids = [Int64](repeating: 0, count: chunk.tracks.count)
    }

    subscript(_ no: Int32) -> Int64? {
        get {
            guard let place = place(of: no) else { return nil }
            return ids[place] == 0 ? nil : ids[place]
        }
        set { if let place = place(of: no) { ids[place] = newValue ?? 0 } }
    }

    private func place(of no: Int32) -> Int? {
        let place = Int(no) - Int(first)
        return ids.indices.contains(place) ? place : nil
    }
}

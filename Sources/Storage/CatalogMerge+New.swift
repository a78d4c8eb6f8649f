internal import Catalog
internal import Postgres

extension CatalogMerge {
    /// Takes tracks of the chunk that the catalog lacks straight into its tables, and stages the others.
    ///
    /// A new track has nothing to settle: its rows need neither staging nor comparing, and such rows are the bulk of a
    /// large import. New tracks with several rows get their id here, in order of arrival, and are settled as known ones.
    mutating func loadNewTracks() async throws {
        guard !chunk.tracks.isEmpty else { return }
        let candidates = firstMentions()
        let suspects = mayBeKnown(candidates)
        let known = try await knownTracks(among: suspects)
        let new = candidates.filter { known[$0] == nil }
        try await load(new.count == chunk.tracks.count ? chunk.tracks : new.map { chunk.tracks[$0] })
        let complete = known.filter { chunk.tracks[$0.key].isLone && $0.value.hasAll(of: chunk.tracks[$0.key]) }
        try await number(complete.map { (chunk.tracks[$0.key], $0.value.id) })
        try await stage(except: new.filter { chunk.tracks[$0].isLone } + complete.keys)
    }

    /// Where tracks stand first that can only be known by the one id that they have.
    private func firstMentions() -> [Int] {
        let aliased = Set(chunk.tracks.lazy.filter { $0.isRepeated && $0.hasAlias }.map { $0.record.ids[0] })
        var seen: Set<ExternalID> = []
        let tracks = chunk.tracks.span
        var places: [Int] = []
        places.reserveCapacity(tracks.count)
        for place in tracks.indices {
            let isFirst =
                tracks[place].isRepeated
                ? !aliased.contains(tracks[place].record.ids[0]) && seen.insert(tracks[place].record.ids[0]).inserted
                : !tracks[place].hasAlias
            if isFirst { places.append(place) }
        }
        return places
    }

    /// Those candidates that need looking up: into a catalog without tracks only what came before in the same import.
    private mutating func mayBeKnown(_ candidates: [Int]) -> [Int] {
        guard brought != nil else { return candidates }
        let given = chunk.tracks
        // Such are staged.
        if given.contains(where: { $0.isRepeated || $0.record.ids.count > 1 }) { brought?.forget() }
        if let rows = brought?.rows { return candidates.filter { rows.hasTrack(given[$0].record.ids[0]) } }
        let tracks = given.span
        var suspects: [Int] = []
        for place in candidates where brought?.insert(.id(.track, tracks[place].record.ids[0])) == true {
            suspects.append(place)
        }
        for place in tracks.indices where tracks[place].isRepeated || tracks[place].record.ids.count > 1 {
            for id in tracks[place].record.ids { brought?.insert(.id(.track, id)) }
        }
        return suspects
    }

    /// Notes the ids of tracks that are not staged, where staged rows name them by number.
    private mutating func number(_ tracks: [(track: StagedTrack, id: Int64)]) async throws {
        var (numbers, aliased) = (CopyBuffer(), CopyBuffer())
        for (track, id) in tracks {
            trackIDs[track.no] = id
            numbers.beginRow(columns: 2)
            numbers.append(track.no)
            numbers.append(id)
            guard track.record.ids.count > 1 else { continue }
            aliased.beginRow(columns: 4)
            aliased.append(track.no)
            aliased.append(id)
            aliased.append(false)
            aliased.append(Int64(1))
        }
        if !aliased.isEmpty { try await prepareStaging() }
        if hasNumberedRows, !numbers.isEmpty { try await copy("track_was (no, id)", numbers.drain()) }
        if !aliased.isEmpty { try await copy("track_of (no, id, is_new, records)", aliased.drain()) }
    }

    /// Whether rows that wait for the end name tracks of this chunk by number.
    var hasNumberedRows: Bool { StagingTable.allCases.contains { $0.waits && chunk.numbered($0) > 0 } }

    private mutating func load(_ tracks: [StagedTrack]) async throws {
        guard !tracks.isEmpty else { return }
        let rows = NewTrackRows(
            tracks: tracks, first: try await reserve(tracks.count, of: "tracks_id_seq"),
            artists: artistIDs, albums: albumIDs)
        brought?.rows?.add(tracks, first: rows.first)
        await nameNew(.track, rows.names)
        // While these travel, the database has work as the next ones are being written.
        async let texts = searchTexts(tracks)
        await copies.send(rows.credits(), to: "track_artists (track_id, position, artist_id)")
        let list = FeatureColumns.names.joined(separator: ", ")
        if rows.featureCount > 0 {
            await copies.send(
                rows.features(source: source.name.withoutZeros),
                to: "audio_features (track_id, provider, \(list), source)")
        }
        await copies.send(
            rows.tracks(texts: try await texts),
            to: "tracks (id, \(Self.names.joined(separator: ", ")), search_text)")
        counts.features += rows.featureCount
        counts.newTracks += tracks.count
        for (offset, track) in tracks.enumerated() { trackIDs[track.no] = rows.first + Int64(offset) }
        if hasNumberedRows { try await copy("track_was (no, id)", rows.numbers(ofAliased: false)) }
        if rows.tracks.contains(where: { $0.isLone && $0.record.ids.count > 1 }) {
            try await prepareStaging()
            try await copy("track_of (no, id, is_new, records)", rows.numbers(ofAliased: true))
        }
    }

    /// Takes ids from a sequence and says which is the first.
    func reserve(_ count: Int, of sequence: String) async throws -> Int64 {
        let last = try await second.orElse(session).first(
            "SELECT setval('\(unsafeRaw: sequence)', nextval('\(unsafeRaw: sequence)') + \(Int64(count - 1)))"
        ) { try $0[0] as Int64 }
        return (last ?? 0) - Int64(count) + 1
    }

    @discardableResult
    func copy(_ table: String, _ rows: [UInt8]) async throws -> Int {
        try await session.copyIn("COPY \(unsafeRaw: table) FROM STDIN (FORMAT binary)", rows)
    }

    /// What the search looks at, folded by the database where that takes more than lower case.
    private func searchTexts(_ tracks: [StagedTrack]) async throws -> [String] {
        var (texts, others): ([String], [Int]) = ([], [])
        texts.reserveCapacity(tracks.count)
        let tracks = tracks.span
        for index in tracks.indices {
            let text = tracks[index].searchText
            let isASCII = text.isASCII
            if !isASCII { others.append(texts.count) }
            texts.append(isASCII ? text.lowercased() : text)
        }
        let folded = try await second.orElse(session).rows(
            "SELECT fold(p.text) FROM unnest(\(others.map { texts[$0] })) WITH ORDINALITY AS p (text, place) ORDER BY p.place"
        ) { try $0[0] as String }
        for (index, text) in zip(others, folded) { texts[index] = text }
        return texts
    }

    /// Stages tracks, the features of those, and all other ids, in order of arrival.
    private mutating func stage(except new: [Int]) async throws {
        var rows = StagingRows()
        var features: [(track: Int32, said: StagedTrack.Features)] = []
        var isNew = [Bool](repeating: false, count: chunk.tracks.count)
        for place in new { isNew[place] = true }
        for (track, isNew) in zip(chunk.tracks, isNew) {
            rows.addAliases(of: track)
            if isNew { continue }
            rows.add(track)
            features += track.features.map { (track.no, $0) }
            if track.features.count > 1 { chunk.featuresAreSingle = false }
        }
        // They may be about one track under two ids, and then the first value counts.
        features.sort { $0.said.place < $1.said.place }
        for (track, said) in features { rows.add(said.record, about: track) }
        chunk.tracks = []
        chunk.add(rows.takeCounts())
        if rows.holds(.track) { try await listNames() }
        while let (table, bytes) = rows.nextRemaining() { try await copy(table.name, bytes) }
    }
}

internal import Catalog
internal import Features
internal import Recommendation
internal import Sampling

/// Finds candidates for a listener out of what the listener heard and likes, for each context of taste by itself.
struct ProfileSources: Sendable {
    /// Tracks that the profile is made from: those that count most.
    static let profileSize = 300
    /// Seeds of a context's searches.
    static let seedsPerContext = 20
    /// Artists of a context whose other tracks are offered.
    static let artistsPerContext = 10
    /// Tracks that a source other than the index offers for a context.
    static let perSource = 200

    /// What a source's best offer is worth.
    enum Worth {
        static let neighbours = 1.0
        static let companions = 0.9
        static let similar = 0.8
        static let artists = 0.6
    }

    let builder: PoolBuilder
    /// The part of the recipe that asks.
    let part: Int
    /// What tells reports of this part from those of another profile.
    let suffix: String

    /// A context with the tracks that it is made from.
    private struct Context {
        var name: String
        var share: Double
        var seeds: [ListenedTrack]
        var isExcluded = false
    }

    func offers(_ pool: inout Pool, _ met: [TrackID: TrackFacts]) async throws -> [Offer] {
        let loved = pool.listening.filter { $0.affinity > 0 && !$0.history.isDisliked }
            .sorted { ($0.affinity, $1.track) > ($1.affinity, $0.track) }.prefix(Self.profileSize)
        guard !loved.isEmpty else {
            let mend = "nothing is known of what the listener likes; import a history or a library, or send feedback"
            pool.sources.append(OriginReport(name: "profile\(suffix)", candidates: 0, problem: mend))
            return []
        }
        let contexts = Self.distinct(try await contexts(Array(loved), met, &pool))
        let first = pool.contexts.count
        pool.contextParts += contexts.map { _ in part }
        pool.contexts += contexts.map {
            ContextReport(name: $0.name, tracks: $0.seeds.count, share: $0.share, isExcluded: $0.isExcluded)
        }
        pool.exclude(contexts.filter(\.isExcluded).flatMap(\.seeds).compactMap { met[$0.track] })
        let barriers = pool.barriers
        let greatest = contexts.map(\.share).max() ?? 1
        var offers: [Offer] = []
        for (place, context) in contexts.enumerated() where !context.isExcluded {
            // Small contexts are heard as well, only less.
            let factor = 0.5 + 0.5 * context.share / greatest
            offers += try await self.offers(for: context, &pool, met).compactMap { offer in
                guard !barriers.contains(where: { $0.keepsOut(offer.track) }) else { return nil }
                return Offer(
                    track: offer.track, score: offer.score * factor, origin: offer.origin, context: first + place)
            }
        }
        return offers
    }

    // MARK: Contexts

    /// Contexts whose most heard artists are the same are told apart by number.
    private static func distinct(_ contexts: [Context]) -> [Context] {
        var counts: [String: Int] = [:]
        return contexts.map { context in
            counts[context.name, default: 0] += 1
            guard let count = counts[context.name], count > 1 else { return context }
            var context = context
            context.name += " (\(count))"
            return context
        }
    }

    /// Without an index there is one context of everything.
    private func contexts(
        _ loved: [ListenedTrack], _ met: [TrackID: TrackFacts], _ pool: inout Pool
    ) async throws -> [Context] {
        let catalog = builder.maker.serving()
        let known = loved.compactMap { track in
            catalog.flatMap { Self.direction(of: [track.track], $0) }.map { (track, $0) }
        }
        guard let catalog, !known.isEmpty else {
            let reason = catalog == nil ? NoIndex().description : "the index has none of the listener's tracks"
            try await noteUndivided(&pool, reason)
            return [Context(name: try await name(of: loved, met), share: 1, seeds: loved)]
        }
        let taste = TasteContexts(known.map(\.1), weights: known.map(\.0.affinity))
        let excluded = try await excluded(from: taste, catalog, &pool)
        pool.barriers.append(ContextBarrier(taste: taste, catalog: catalog, excluded: excluded))
        var contexts: [Context] = []
        for (number, share) in taste.shares.enumerated() {
            let seeds = known.indices.filter { taste.assignments[$0] == number }.map { known[$0].0 }
            contexts.append(
                Context(
                    name: try await name(of: seeds, met), share: share, seeds: seeds,
                    isExcluded: excluded.contains(number)))
        }
        return contexts
    }

    private func excluded(
        from taste: TasteContexts, _ catalog: ServingCatalog, _ pool: inout Pool
    ) async throws -> Set<Int> {
        var excluded: Set<Int> = []
        for reference in builder.recipe.excludedContexts {
            guard let tracks = try await builder.shop.tracks(of: reference, limit: Self.profileSize) else { continue }
            guard let vector = Self.direction(of: tracks, catalog) else {
                note(reference, "nothing is known of its tracks to tell a context by, so only they are left out", &pool)
                continue
            }
            excluded.insert(taste.context(of: vector))
        }
        return excluded
    }

    /// Where there is one context of everything, leaving it out would leave nothing: only what is named is left out.
    private func noteUndivided(_ pool: inout Pool, _ reason: String) async throws {
        for reference in builder.recipe.excludedContexts
        where try await builder.shop.tracks(of: reference, limit: 1) != nil {
            note(reference, "contexts cannot be told apart, so only its own tracks are left out: \(reason)", &pool)
        }
    }

    private func note(_ reference: EntityReference, _ problem: String, _ pool: inout Pool) {
        pool.sources.append(
            OriginReport(name: "exclude_contexts \(reference)\(suffix)", candidates: 0, problem: problem))
    }

    /// The unit mean of the tracks' vectors; nil where none has one.
    static func direction(of tracks: [TrackID], _ catalog: ServingCatalog) -> [Float]? {
        let vectors = tracks.compactMap { catalog.track($0) }.compactMap { catalog.vector($0) }
        return vectors.isEmpty ? nil : try? SeedQuery(seeds: vectors, in: catalog.space).values
    }

    private func name(of tracks: [ListenedTrack], _ met: [TrackID: TrackFacts]) async throws -> String {
        let artists = Array(Self.artists(of: tracks, met).prefix(2))
        let names = try await builder.shop.names(of: artists)
        let text = artists.compactMap { names[$0] }.joined(separator: ", ")
        return text.isEmpty ? "tracks without artists" : text
    }

    /// The artists credited first, those that count most first.
    private static func artists(of tracks: [ListenedTrack], _ met: [TrackID: TrackFacts]) -> [ArtistID] {
        var sums: [ArtistID: Double] = [:]
        for track in tracks {
            if let artist = met[track.track]?.artists.first { sums[artist, default: 0] += track.affinity }
        }
        return sums.sorted { ($0.value, $1.key.rawValue) > ($1.value, $0.key.rawValue) }.map(\.key)
    }

    // MARK: Candidates

    private func offers(
        for context: Context, _ pool: inout Pool, _ met: [TrackID: TrackFacts]
    ) async throws -> [Offer] {
        let seeds = context.seeds.prefix(Self.seedsPerContext).map(\.track)
        let shop = builder.shop
        var offers = try await builder.asked("neighbours of \(context.name)\(suffix)", &pool) { origin in
            try await builder.neighbours(of: seeds.map(EntityReference.init), origin: origin)
        }
        offers += try await builder.asked("beside \(context.name) on playlists\(suffix)", &pool) { origin in
            let found = try await shop.companions(of: seeds, limit: Self.perSource)
            return Self.scaled(found.map { ($0.track, $0.weight) }, worth: Worth.companions, origin)
        }
        let artists = Array(Self.artists(of: context.seeds, met).prefix(Self.artistsPerContext))
        offers += try await builder.asked("same artists as \(context.name)\(suffix)", &pool) { origin in
            try await shop.tracks(by: artists, limit: Self.perSource)
                .map { Offer(track: $0, score: Worth.artists, origin: origin) }
        }
        for similar in builder.similar {
            let name = "held similar to \(context.name) by \(similar.name)\(suffix)"
            offers += try await builder.askedInPart(name, &pool) { origin in
                let found = try await similar.tracks(similarTo: Array(seeds), limit: Self.perSource)
                let pairs = found.matches.map { ($0.track, $0.similarity) }
                return (Self.scaled(pairs, worth: Worth.similar, origin), found.problem)
            }
        }
        return offers
    }

    private static func scaled(
        _ found: [(track: TrackID, value: Double)], worth: Double, _ origin: String
    ) -> [Offer] {
        let best = found.map(\.value).max() ?? 1
        return found.map { Offer(track: $0.track, score: best > 0 ? worth * $0.value / best : 0, origin: origin) }
    }
}

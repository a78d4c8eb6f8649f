internal import Catalog
internal import Features
internal import Rules

/// Makes sentences of contributions: a phrase appears only where the numbers and the two tracks' own facts bear it out.
struct ExplanationWords {
    /// What a sentence is about.
    struct Pair {
        /// The seed with the greatest share.
        let seed: Facts
        let track: Facts
        /// The seed that the track is closest to, with their cosine, where that counts.
        var closest: (seed: TrackHandle, cosine: Float)?
    }

    /// Where to read about a track.
    struct Facts {
        let snapshot: CatalogSnapshot
        let row: Int

        init(_ track: TrackHandle, in catalog: ServingCatalog) {
            (snapshot, row) = (catalog.snapshot(track), track.row)
        }

        var year: Int? { snapshot.number(.year, row).map { Int($0) } }
    }

    private let catalog: ServingCatalog
    private let hasSeveralSeeds: Bool
    /// How well known the seeds are on average.
    private let familiarity: Float?
    /// Without factors of artists the block only tells whether the artist is the same.
    private let knowsArtists: Bool

    /// The least share of what speaks for a track that makes a part worth a word.
    static let mentionedShare: Float = 0.1
    /// How far below zero a part must be to be named as speaking against a track.
    static let againstThreshold: Float = -0.05
    /// The most phrases in a sentence.
    static let maximumPhrases = 3

    /// Prepares for tracks recommended by `seeds`.
    init(catalog: ServingCatalog, seeds: [TrackHandle]) {
        self.catalog = catalog
        hasSeveralSeeds = seeds.count > 1
        let sum = seeds.reduce(Float(0)) { $0 + catalog.snapshot($1).familiarity($1.row) }
        familiarity = seeds.isEmpty ? nil : sum / Float(seeds.count)
        knowsArtists = catalog.space.blocks.count { $0.block == .artist } > 1
    }

    /// Phrases by falling contribution, joined into one sentence, as UTF-8.
    func sentence(
        _ parts: [Explanation.Part], _ features: inout FeatureMatches, of pair: Pair
    ) -> [UInt8] {
        let least = Self.mentionedShare * parts.reduce(Float(0)) { $0 + max(0, $1.contribution) }
        var sentence = Sentence()
        for part in parts where part.contribution > 0 && part.contribution >= least {
            guard sentence.phrases < Self.maximumPhrases else { break }
            say(part.source, &features, pair, in: &sentence)
        }
        if let last = parts.last, last.contribution < Self.againstThreshold, let against = against(last.source) {
            sentence.say(against)
        }
        if sentence.phrases == 0 { sentence.say("the nearest that the rules allow") }
        return sentence.finish()
    }

    /// What makes two artists similar, in words for artists.
    static func sentence(ofArtists parts: [Explanation.Part]) -> String {
        let positive = parts.reduce(Float(0)) { $0 + max(0, $1.contribution) }
        let phrases = parts.filter { $0.contribution > 0 && $0.contribution >= mentionedShare * positive }
            .compactMap { part in if case .block(let block) = part.source { artistPhrase(block) } else { nil } }
        var sentence = Sentence()
        for phrase in phrases.isEmpty ? ["the nearest"] : phrases.prefix(maximumPhrases) { sentence.say(phrase) }
        return String(decoding: sentence.finish(), as: UTF8.self)
    }

    private static func artistPhrase(_ block: Block) -> String? {
        switch block {
        case .listeners: "their tracks are on the same playlists"
        case .artist: "listed together"
        case .audio, .artistAudio: "similar sound"
        case .era: "same era"
        case .structure: "similar timbre"
        case .sound: "similar recordings"
        }
    }

    private func say(
        _ source: Explanation.Part.Source, _ features: inout FeatureMatches, _ pair: Pair, in sentence: inout Sentence
    ) {
        switch source {
        case .block(let block): say(block, &features, pair, in: &sentence)
        case .term(.target): sentence.say("close to the values you asked for")
        case .term(.popularity): if let phrase = famePhrase(pair) { sentence.say(phrase) }
        case .term(.sameArtist): sentence.saySameArtist()
        case .term(.closestSeed): sayClosest(pair, in: &sentence)
        }
    }

    private func say(
        _ block: Block, _ features: inout FeatureMatches, _ pair: Pair, in sentence: inout Sentence
    ) {
        switch block {
        case .audio: saySound(&features, pair, in: &sentence)
        case .artistAudio:
            sentence.say(sharesArtist(pair) ? "the artist's usual sound" : "by an artist of similar sound")
        case .artist:
            if sharesArtist(pair) { sentence.saySameArtist() } else if knowsArtists { sentence.say("similar artist") }
        case .era: sayEra(pair, in: &sentence)
        case .structure: sentence.say("similar timbre")
        case .sound: sentence.say("similar recording")
        case .listeners: sentence.say("on the same playlists")
        }
    }

    private func against(_ source: Explanation.Part.Source) -> String? {
        switch source {
        case .block(.audio): "despite a different sound"
        case .block(.artistAudio): "though the artist usually sounds different"
        case .block(.era): "despite a different era"
        case .block(.structure): "despite a different timbre"
        default: nil
        }
    }

    private func sharesArtist(_ pair: Pair) -> Bool {
        pair.track.snapshot.sharesArtist(pair.track.row, with: pair.seed.row, of: pair.seed.snapshot)
    }

    /// Two familiarities this far apart are about the same: one playlist more or less among a few.
    static let famePrecision: Float = 0.15

    private func famePhrase(_ pair: Pair) -> String? {
        guard let familiarity else { return nil }
        let own = pair.track.snapshot.familiarity(pair.track.row)
        if abs(own - familiarity) <= Self.famePrecision {
            return hasSeveralSeeds ? "about as well known as your seeds" : "about as well known as your seed"
        }
        guard own > familiarity else { return nil }
        return hasSeveralSeeds ? "better known than your seeds" : "better known than your seed"
    }

    /// Cosines from which one seed is worth naming.
    static let closeCosine: Float = 0.6
    static let veryCloseCosine: Float = 0.8

    private func sayClosest(_ pair: Pair, in sentence: inout Sentence) {
        guard let closest = pair.closest, closest.cosine >= Self.closeCosine else { return }
        let snapshot = catalog.snapshot(closest.seed)
        guard snapshot.hasTitle(closest.seed.row) else { return }
        sentence.say(closest.cosine >= Self.veryCloseCosine ? "very close to " : "close to ")
        sentence.quote { snapshot.appendTitle(closest.seed.row, to: &$0) }
    }

    private func sayEra(_ pair: Pair, in sentence: inout Sentence) {
        guard let mine = pair.seed.year, let theirs = pair.track.year else { return }
        if mine == theirs {
            sentence.say("same year (")
        } else if abs(mine - theirs) <= 5 {
            sentence.say("same era (")
            sentence.append(String(theirs))
            sentence.append(" and ")
        } else {
            return
        }
        sentence.append(String(mine))
        sentence.append(")")
    }

    /// Names up to three features that speak for the track: "same" where the values are all but equal, "similar"
    /// where they are close; a feature whose values lie apart is not named, whatever it contributed.
    private func saySound(_ features: inout FeatureMatches, _ pair: Pair, in sentence: inout Sentence) {
        var named = InlineArray<3, (feature: AudioFeature, isSame: Bool)>(repeating: (.energy, false))
        var (place, same, count) = (0, 0, 0)
        while count < named.count, let match = features[place], match.contribution > 0 {
            place += 1
            let closeness = Closeness.of(match.track, to: match.seed, field: .feature(match.feature))
            guard closeness >= 0.7 else { continue }
            named[count] = (match.feature, closeness >= 0.95)
            count += 1
            if closeness >= 0.95 { same += 1 }
        }
        guard count > 0 else { return sentence.say("similar sound") }
        sentence.say("")
        for (isSame, total) in [(true, same), (false, count - same)] where total > 0 {
            sentence.append(isSame ? "same " : same > 0 ? " and similar " : "similar ")
            var listed = 0
            for place in 0..<count where named[place].isSame == isSame {
                if listed > 0 { sentence.append(listed == total - 1 ? " and " : ", ") }
                sentence.append(named[place].feature.word)
                listed += 1
            }
        }
        guard pair.seed.snapshot.hasTitle(pair.seed.row) else { return }
        sentence.append(" as ")
        sentence.quote { pair.seed.snapshot.appendTitle(pair.seed.row, to: &$0) }
    }
}

extension AudioFeature {
    /// How people call the feature in a sentence.
    var word: String {
        switch self {
        case .duration: "length"
        case .timeSignature: "metre"
        case .valence: "mood"
        case .acousticness: "acoustic character"
        case .speechiness: "share of spoken words"
        case .instrumentalness: "share of vocals"
        case .liveness: "live character"
        default: name
        }
    }
}

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

    /// Phrases by falling contribution, joined into one sentence.
    func sentence(
        _ parts: [Explanation.Part], _ features: inout FeatureMatches, of pair: Pair
    ) -> String {
        let least = Self.mentionedShare * parts.reduce(Float(0)) { $0 + max(0, $1.contribution) }
        var phrases: [String] = []
        for part in parts where part.contribution > 0 && part.contribution >= least {
            guard phrases.count < Self.maximumPhrases else { break }
            if let phrase = phrase(for: part.source, &features, pair), !phrases.contains(phrase) {
                phrases.append(phrase)
            }
        }
        if let last = parts.last, last.contribution < Self.againstThreshold, let against = against(last.source) {
            phrases.append(against)
        }
        return Self.sentence(phrases.isEmpty ? ["the nearest that the rules allow"] : phrases)
    }

    /// Phrases with a capital at the beginning.
    private static func sentence(_ phrases: [String]) -> String {
        var text = ""
        text.reserveCapacity(phrases.reduce(0) { $0 + $1.utf8.count + 2 })
        for phrase in phrases {
            if text.isEmpty, let first = phrase.utf8.first {
                // Phrases begin with a small letter of ASCII, for which this is enough.
                text.unicodeScalars.append(Unicode.Scalar(first & 0xDF))
                text += Substring(phrase.utf8.dropFirst())
            } else {
                text += "; "
                text += phrase
            }
        }
        return text
    }

    /// What makes two artists similar, in words for artists.
    static func sentence(ofArtists parts: [Explanation.Part]) -> String {
        let positive = parts.reduce(Float(0)) { $0 + max(0, $1.contribution) }
        let phrases = parts.filter { $0.contribution > 0 && $0.contribution >= mentionedShare * positive }
            .compactMap { part in if case .block(let block) = part.source { artistPhrase(block) } else { nil } }
        return sentence(phrases.isEmpty ? ["the nearest"] : Array(phrases.prefix(maximumPhrases)))
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

    private func phrase(
        for source: Explanation.Part.Source, _ features: inout FeatureMatches, _ pair: Pair
    ) -> String? {
        switch source {
        case .block(let block): phrase(for: block, &features, pair)
        case .term(.target): "close to the values you asked for"
        case .term(.popularity): famePhrase(pair)
        case .term(.sameArtist): "same artist"
        case .term(.closestSeed): closestPhrase(pair)
        }
    }

    private func phrase(for block: Block, _ features: inout FeatureMatches, _ pair: Pair) -> String? {
        switch block {
        case .audio: soundPhrase(&features, pair)
        case .artistAudio: sharesArtist(pair) ? "the artist's usual sound" : "by an artist of similar sound"
        case .artist: sharesArtist(pair) ? "same artist" : knowsArtists ? "similar artist" : nil
        case .era: eraPhrase(pair)
        case .structure: "similar timbre"
        case .sound: "similar recording"
        case .listeners: "on the same playlists"
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

    private func closestPhrase(_ pair: Pair) -> String? {
        guard let closest = pair.closest, closest.cosine >= Self.closeCosine else { return nil }
        let title = catalog.snapshot(closest.seed).title(closest.seed.row)
        guard !title.isEmpty else { return nil }
        return "\(closest.cosine >= Self.veryCloseCosine ? "very close" : "close") to \u{201C}\(title)\u{201D}"
    }

    private func eraPhrase(_ pair: Pair) -> String? {
        guard let mine = pair.seed.year, let theirs = pair.track.year else { return nil }
        if mine == theirs { return "same year (\(mine))" }
        return abs(mine - theirs) <= 5 ? "same era (\(theirs) and \(mine))" : nil
    }

    /// Names up to three features that speak for the track: "same" where the values are all but equal, "similar"
    /// where they are close; a feature whose values lie apart is not named, whatever it contributed.
    private func soundPhrase(_ features: inout FeatureMatches, _ pair: Pair) -> String {
        var named: (same: [AudioFeature], similar: [AudioFeature]) = ([], [])
        var place = 0
        while named.same.count + named.similar.count < 3, let match = features[place], match.contribution > 0 {
            place += 1
            let closeness = Closeness.of(match.track, to: match.seed, field: .feature(match.feature))
            if closeness >= 0.95 {
                named.same.append(match.feature)
            } else if closeness >= 0.7 {
                named.similar.append(match.feature)
            }
        }
        guard !(named.same.isEmpty && named.similar.isEmpty) else { return "similar sound" }
        var phrase = ""
        phrase.reserveCapacity(120)
        Self.append("same ", named.same, to: &phrase)
        Self.append(phrase.isEmpty ? "similar " : " and similar ", named.similar, to: &phrase)
        let title = pair.seed.snapshot.title(pair.seed.row)
        guard !title.isEmpty else { return phrase }
        phrase += " as \u{201C}"
        phrase += title
        phrase += "\u{201D}"
        return phrase
    }

    /// Appends "same tempo, energy and mood", or nothing without features.
    private static func append(_ beginning: String, _ features: [AudioFeature], to phrase: inout String) {
        for (place, feature) in features.enumerated() {
            phrase += place == 0 ? beginning : place == features.count - 1 ? " and " : ", "
            phrase += feature.word
        }
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

internal import Catalog
internal import Features
internal import Rules

/// Makes a sentence of contributions: a phrase appears only where the numbers and the two tracks' own facts bear it out.
struct ExplanationWords {
    let catalog: ServingCatalog
    /// The seed with the greatest share.
    let seed: TrackHandle
    let track: TrackHandle
    /// All seeds, for what is said of them together.
    var seeds: [TrackHandle] = []
    /// The seed that the track is closest to, with their cosine, where that counts.
    var closest: (seed: TrackHandle, cosine: Float)?

    /// The least share of what speaks for a track that makes a part worth a word.
    static let mentionedShare: Float = 0.1
    /// How far below zero a part must be to be named as speaking against a track.
    static let againstThreshold: Float = -0.05
    /// The most phrases in a sentence.
    static let maximumPhrases = 3

    /// Phrases by falling contribution, joined into one sentence.
    func sentence(_ parts: [Explanation.Part], _ features: [Explanation.FeatureMatch]) -> String {
        let positive = parts.reduce(Float(0)) { $0 + max(0, $1.contribution) }
        let mentioned = parts.filter { $0.contribution > 0 && $0.contribution >= Self.mentionedShare * positive }
        var phrases: [String] = []
        for part in mentioned where phrases.count < Self.maximumPhrases {
            if let phrase = phrase(for: part.name, features), !phrases.contains(phrase) { phrases.append(phrase) }
        }
        if let last = parts.last, last.contribution < Self.againstThreshold, let against = against(last.name) {
            phrases.append(against)
        }
        let text = phrases.isEmpty ? "the nearest that the rules allow" : phrases.joined(separator: "; ")
        return Self.capitalized(text)
    }

    /// What makes two artists similar, in words for artists.
    static func sentence(ofArtists parts: [Explanation.Part]) -> String {
        let positive = parts.reduce(Float(0)) { $0 + max(0, $1.contribution) }
        let phrases = parts.filter { $0.contribution > 0 && $0.contribution >= mentionedShare * positive }
            .compactMap { Block(rawValue: $0.name).flatMap(artistPhrase) }
        return capitalized(phrases.isEmpty ? "the nearest" : phrases.prefix(maximumPhrases).joined(separator: "; "))
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

    private static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    private func phrase(for part: String, _ features: [Explanation.FeatureMatch]) -> String? {
        if let term = ScoreTerm(rawValue: part) { return phrase(for: term) }
        switch Block(rawValue: part) {
        case .audio: return soundPhrase(features)
        case .artistAudio: return sharesArtist ? "the artist's usual sound" : "by an artist of similar sound"
        case .artist: return sharesArtist ? "same artist" : knowsArtists ? "similar artist" : nil
        case .era: return eraPhrase
        case .structure: return "similar timbre"
        case .sound: return "similar recording"
        case .listeners: return "on the same playlists"
        case nil: return nil
        }
    }

    private func phrase(for term: ScoreTerm) -> String? {
        switch term {
        case .target: "close to the values you asked for"
        case .popularity: famePhrase
        case .sameArtist: "same artist"
        case .closestSeed: closestPhrase
        }
    }

    private func against(_ part: String) -> String? {
        switch Block(rawValue: part) {
        case .audio: "despite a different sound"
        case .artistAudio: "though the artist usually sounds different"
        case .era: "despite a different era"
        case .structure: "despite a different timbre"
        default: nil
        }
    }

    private var sharesArtist: Bool {
        let theirs = catalog.snapshot(track).artists(track.row)
        return catalog.snapshot(seed).artists(seed.row).contains { theirs.contains($0) }
    }

    /// Without factors of artists the block only tells whether the artist is the same.
    private var knowsArtists: Bool { catalog.space.blocks.count { $0.block == .artist } > 1 }

    /// Two familiarities this far apart are about the same: one playlist more or less among a few.
    static let famePrecision: Float = 0.15

    private var famePhrase: String? {
        guard !seeds.isEmpty else { return nil }
        let theirs = seeds.reduce(Float(0)) { $0 + catalog.snapshot($1).familiarity($1.row) } / Float(seeds.count)
        let mine = catalog.snapshot(track).familiarity(track.row)
        if abs(mine - theirs) <= Self.famePrecision {
            return "about as well known as your seed" + (seeds.count > 1 ? "s" : "")
        }
        return mine > theirs ? "better known than your seed" + (seeds.count > 1 ? "s" : "") : nil
    }

    /// Cosines from which one seed is worth naming.
    static let closeCosine: Float = 0.6
    static let veryCloseCosine: Float = 0.8

    private var closestPhrase: String? {
        guard let closest, closest.cosine >= Self.closeCosine else { return nil }
        let title = catalog.snapshot(closest.seed).title(closest.seed.row)
        guard !title.isEmpty else { return nil }
        return "\(closest.cosine >= Self.veryCloseCosine ? "very close" : "close") to \u{201C}\(title)\u{201D}"
    }

    private var eraPhrase: String? {
        guard let mine = year(seed), let theirs = year(track) else { return nil }
        if mine == theirs { return "same year (\(mine))" }
        return abs(mine - theirs) <= 5 ? "same era (\(theirs) and \(mine))" : nil
    }

    private func year(_ track: TrackHandle) -> Int? {
        catalog.snapshot(track).number(.year, track.row).map { Int($0) }
    }

    /// Names up to three features that speak for the track: "same" where the values are all but equal, "similar"
    /// where they are close; a feature whose values lie apart is not named, whatever it contributed.
    private func soundPhrase(_ features: [Explanation.FeatureMatch]) -> String {
        var same: [String] = []
        var similar: [String] = []
        for match in features.prefix(while: { $0.contribution > 0 }) where same.count + similar.count < 3 {
            guard let feature = AudioFeature(name: match.name) else { continue }
            let closeness = Closeness.of(match.track, to: match.seed, field: .feature(feature))
            if closeness >= 0.95 { same.append(feature.word) } else if closeness >= 0.7 { similar.append(feature.word) }
        }
        let groups = [("same", same), ("similar", similar)].filter { !$0.1.isEmpty }
        guard !groups.isEmpty else { return "similar sound" }
        let title = catalog.snapshot(seed).title(seed.row)
        let phrase = groups.map { "\($0.0) \(Self.list($0.1))" }.joined(separator: " and ")
        return title.isEmpty ? phrase : "\(phrase) as \u{201C}\(title)\u{201D}"
    }

    private static func list(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " and " + last
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

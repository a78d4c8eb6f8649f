import Catalog

/// What both levels of one recording come to.
struct AcousticBrainzDocument {
    let low: AcousticBrainz.LowLevel?
    let high: [String: AcousticBrainz.HighLevel.Model]?

    /// Probabilities where Spotify has values of its own making: the same names, other distributions.
    var features: AudioFeatures {
        var features = AudioFeatures()
        features.take(.tempo, low?.rhythm?.bpm)
        features.take(.duration, (low?.metadata?.properties?.length).map { ($0 * 1_000).rounded() })
        features.take(.key, low?.tonal?.keyKey.flatMap(Self.pitchClass))
        features.take(.mode, Self.mode(low?.tonal?.keyScale))
        features.take(.danceability, probability("danceability", "danceable"))
        features.take(.valence, probability("mood_happy", "happy"))
        features.take(.acousticness, probability("mood_acoustic", "acoustic"))
        features.take(.instrumentalness, probability("voice_instrumental", "instrumental"))
        features.take(.energy, arousal)
        return features
    }

    /// Halfway between aggressive and not relaxed: what the two models say of arousal.
    private var arousal: Double? {
        guard let aggressive = probability("mood_aggressive", "aggressive"),
            let relaxed = probability("mood_relaxed", "relaxed")
        else { return nil }
        return (aggressive + 1 - relaxed) / 2
    }

    var categories: [String: EnrichmentValue] {
        var categories: [String: EnrichmentValue] = [:]
        let moods = ["happy", "sad", "party", "relaxed", "aggressive", "acoustic", "electronic"]
        let felt = moods.filter { (probability("mood_\($0)", $0) ?? 0) > 0.5 }
        if high != nil { categories["moods"] = .texts(felt) }
        if let genre = high?["genre_rosamerica"]?.value { categories["genre"] = .text(Self.genres[genre] ?? genre) }
        if let timbre = high?["timbre"]?.value { categories["timbre"] = .text(timbre) }
        if let voice = high?["voice_instrumental"]?.value { categories["voice"] = .text(voice) }
        if let loudness = low?.lowlevel?.averageLoudness { categories["average_loudness"] = .number(loudness) }
        if let dynamics = low?.lowlevel?.dynamicComplexity { categories["dynamic_complexity"] = .number(dynamics) }
        return categories
    }

    /// How sure the models that features are taken from are of their choices, on average.
    var confidence: Double? {
        let used = ["danceability", "mood_happy", "mood_acoustic", "voice_instrumental", "mood_aggressive"]
        let certainties = used.compactMap { high?[$0]?.probability }
        return certainties.isEmpty ? nil : certainties.reduce(0, +) / Double(certainties.count)
    }

    private func probability(_ model: String, _ name: String) -> Double? { high?[model]?.all[name] }

    private static func mode(_ scale: String?) -> Double? {
        switch scale {
        case "major": 1
        case "minor": 0
        default: nil
        }
    }

    /// 0 for C to 11 for B, sharps and flats alike.
    private static func pitchClass(_ name: String) -> Double? {
        guard let letter = name.first, let base = "C D EF G A B".firstIndex(of: letter) else { return nil }
        let step = "C D EF G A B".distance(from: "C D EF G A B".startIndex, to: base)
        let change = name.dropFirst().reduce(0) { $0 + ($1 == "#" || $1 == "♯" ? 1 : $1 == "b" || $1 == "♭" ? -1 : 0) }
        return Double((step + change + 12) % 12)
    }

    private static let genres = [
        "cla": "classical", "dan": "dance", "hip": "hip hop", "jaz": "jazz", "pop": "pop", "rhy": "rhythm and blues",
        "roc": "rock", "spe": "speech",
    ]
}

internal import Catalog
internal import Foundation

/// How far a sound lies from its style's, in deviations of four hidden traits that the audio features follow.
struct DemoSound: Sendable {
    /// Loud, dense and fast.
    var intensity = 0.0
    /// Steady and danceable.
    var groove = 0.0
    /// Bright and happy.
    var mood = 0.0
    /// Played on wood and strings.
    var wood = 0.0

    static let scenes = [
        DemoSound(intensity: 0.5, groove: -0.3, mood: -0.4, wood: -0.3),
        DemoSound(intensity: -0.5, groove: 0.1, mood: 0.1, wood: 0.6),
        DemoSound(intensity: 0.1, groove: 0.6, mood: 0.4, wood: -0.2),
        DemoSound(intensity: -0.1, groove: -0.4, mood: -0.1, wood: 0),
    ]

    static func + (lhs: DemoSound, rhs: DemoSound) -> DemoSound {
        DemoSound(
            intensity: lhs.intensity + rhs.intensity, groove: lhs.groove + rhs.groove, mood: lhs.mood + rhs.mood,
            wood: lhs.wood + rhs.wood)
    }
}

extension DemoSound {
    /// Draws all traits with the given deviation.
    init(deviation: Double, _ random: inout Xoshiro256) {
        self.init(
            intensity: deviation * random.normal(), groove: deviation * random.normal(),
            mood: deviation * random.normal(), wood: deviation * random.normal())
    }

    /// Audio features of a track of this sound, without holes; values within `AudioFeature.range`.
    func features(in style: DemoStyle, _ random: inout Xoshiro256) -> AudioFeatures {
        var features = AudioFeatures()
        let energy = Self.share(style.energy, 0.6 * intensity - 0.2 * wood + 0.15 * random.normal())
        let acousticness = Self.share(style.acousticness, wood - 0.9 * intensity + 0.5 * random.normal())
        features[.energy] = Float(energy)
        features[.acousticness] = Float(acousticness)
        features[.loudness] = Float(-21 + 17 * energy - 2.5 * acousticness + 1.2 * random.normal())
        features[.danceability] = Float(Self.share(style.danceability, 0.5 * groove + 0.2 * random.normal()))
        features[.valence] = Float(Self.share(style.valence, 0.7 * mood + 0.2 * groove + 0.4 * random.normal()))
        features[.instrumentalness] = Float(Self.share(style.instrumentalness, 1.4 * random.normal()))
        features[.speechiness] = Float(Self.share(style.speechiness, 0.3 * random.normal()))
        features[.liveness] = Float(Self.share(random.chance(0.06) ? 0.75 : 0.13, 0.5 * random.normal()))
        features[.tempo] = Float(tempo(in: style, &random))
        features[.duration] = Float((style.length * exp(0.18 * random.normal()) * 1_000).rounded())
        setHarmony(&features, in: style, &random)
        return features
    }

    private func tempo(in style: DemoStyle, _ random: inout Xoshiro256) -> Double {
        let tempo = style.tempo * exp(0.05 * intensity + 0.09 * random.normal())
        // Trackers hear some slow songs at twice their tempo and some fast ones at half.
        let heard = random.chance(0.05) ? (tempo > 110 ? tempo / 2 : tempo * 2) : tempo
        return min(max(heard, 45), 215)
    }

    private func setHarmony(_ features: inout AudioFeatures, in style: DemoStyle, _ random: inout Xoshiro256) {
        // Keys with few accidentals are the common ones: a step on the circle of fifths away from G.
        let step = Int((1 + 2.4 * random.normal()).rounded())
        features[.key] = Float(((step * 7) % 12 + 12) % 12)
        features[.mode] = random.chance(style.major) ? 1 : 0
        features[.timeSignature] = random.chance(style.waltz) ? 3 : random.chance(0.01) ? 5 : 4
    }

    /// A mean of 0 to 1 moved by `shift` on the logistic scale.
    private static func share(_ mean: Double, _ shift: Double) -> Double {
        1 / (1 + exp(-(log(mean / (1 - mean)) + shift)))
    }
}

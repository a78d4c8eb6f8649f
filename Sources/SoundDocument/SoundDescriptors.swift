/// Descriptors of a recording's sound; formulas, units and sources are in `docs/audio.md`.
public struct SoundDescriptors: Sendable, Hashable, Codable {
    /// Tempo, onsets and beats.
    public var rhythm: Rhythm
    /// Key and pitch classes.
    public var tonality: Tonality
    /// Loudness and how it varies.
    public var loudness: Loudness
    /// The colour of the sound.
    public var timbre: Timbre
    /// The parts of the recording, in order; at least one.
    public var sections: [Section]

    /// Puts descriptors together.
    public init(rhythm: Rhythm, tonality: Tonality, loudness: Loudness, timbre: Timbre, sections: [Section]) {
        self.rhythm = rhythm
        self.tonality = tonality
        self.loudness = loudness
        self.timbre = timbre
        self.sections = sections
    }
}

/// Mean and population deviation over frames.
public struct Statistic: Sendable, Hashable, Codable {
    /// The mean.
    public var mean: Float
    /// The population standard deviation.
    public var deviation: Float

    /// A statistic.
    public init(mean: Float, deviation: Float) { (self.mean, self.deviation) = (mean, deviation) }
}

/// Mean and population deviation over frames, element by element.
public struct VectorStatistic: Sendable, Hashable, Codable {
    /// The means.
    public var mean: [Float]
    /// The population standard deviations.
    public var deviation: [Float]

    /// A statistic.
    public init(mean: [Float], deviation: [Float]) { (self.mean, self.deviation) = (mean, deviation) }
}

/// Tempo, onsets and beats.
public struct Rhythm: Sendable, Hashable, Codable {
    /// Nil where nothing recurs.
    public var tempo: Tempo?
    /// Onsets in a second.
    public var onsetRate: Float
    /// Beats in the whole recording.
    public var beats: Int
    /// 1 for beats at equal distances, down to 0; nil with fewer than four beats.
    public var beatRegularity: Float?

    /// Describes a rhythm.
    public init(tempo: Tempo?, onsetRate: Float, beats: Int, beatRegularity: Float?) {
        self.tempo = tempo
        self.onsetRate = onsetRate
        self.beats = beats
        self.beatRegularity = beatRegularity
    }
}

/// A tempo with how far to trust it.
public struct Tempo: Sendable, Hashable, Codable {
    /// Another tempo that the sound supports.
    public struct Alternative: Sendable, Hashable, Codable {
        /// Beats per minute.
        public var bpm: Float
        /// How strongly the sound recurs at it, 0 to 1.
        public var strength: Float

        /// An alternative.
        public init(bpm: Float, strength: Float) { (self.bpm, self.strength) = (bpm, strength) }
    }

    /// Beats per minute.
    public var bpm: Float
    /// How strongly the sound recurs at it, 0 to 1.
    public var confidence: Float
    /// Half, double, a third and three times the tempo, those within range, the strongest first.
    public var alternatives: [Alternative]

    /// A tempo.
    public init(bpm: Float, confidence: Float, alternatives: [Alternative]) {
        self.bpm = bpm
        self.confidence = confidence
        self.alternatives = alternatives
    }
}

/// Key and pitch classes.
public struct Tonality: Sendable, Hashable, Codable {
    /// A key with how far to trust it.
    public struct Key: Sendable, Hashable, Codable {
        /// 0 = C to 11 = B.
        public var pitchClass: Int
        /// 1 = major, 0 = minor.
        public var mode: Int
        /// How far it stands out from the other keys, 0 to 1.
        public var confidence: Float

        /// A key.
        public init(pitchClass: Int, mode: Int, confidence: Float) {
            self.pitchClass = pitchClass
            self.mode = mode
            self.confidence = confidence
        }
    }

    /// Nil where no pitch class stands out.
    public var key: Key?
    /// How far the instruments are tuned from a' = 440 Hz, in cents, -50 to 50.
    public var tuning: Float
    /// Strength of the twelve pitch classes from C, the strongest of a frame being 1.
    public var chroma: VectorStatistic

    /// Describes a tonality.
    public init(key: Key?, tuning: Float, chroma: VectorStatistic) {
        self.key = key
        self.tuning = tuning
        self.chroma = chroma
    }
}

/// Loudness and how it varies.
public struct Loudness: Sendable, Hashable, Codable {
    /// LUFS, gated (EBU R 128); nil where all of it lies below the gate.
    public var integrated: Float?
    /// LU (EBU Tech 3342).
    public var range: Float?
    /// The greatest true peak in dBTP.
    public var truePeak: Float?
    /// Root mean square of a frame, full scale 1.
    public var rms: Statistic
    /// Peak over root mean square of the whole, in dB.
    public var crest: Float
    /// Mean distance of the frames' level from their mean level, in dB.
    public var complexity: Float

    /// Describes loudness.
    public init(
        integrated: Float?, range: Float?, truePeak: Float?, rms: Statistic, crest: Float, complexity: Float
    ) {
        self.integrated = integrated
        self.range = range
        self.truePeak = truePeak
        self.rms = rms
        self.crest = crest
        self.complexity = complexity
    }
}

/// A part of a recording that hangs together.
public struct Section: Sendable, Hashable, Codable {
    /// Seconds from the beginning.
    public var start: Float
    /// Seconds.
    public var duration: Float
    /// Root mean square in dB below full scale.
    public var level: Float
    /// Spectral centroid in Hz.
    public var centroid: Float
    /// How much its timbre and harmony resemble those of the section most like it, -1 to 1; nil for an only section.
    public var likeness: Float?

    /// Describes a section.
    public init(start: Float, duration: Float, level: Float, centroid: Float, likeness: Float?) {
        self.start = start
        self.duration = duration
        self.level = level
        self.centroid = centroid
        self.likeness = likeness
    }
}

internal import Foundation
internal import SoundDocument
internal import SoundMeters

/// Turns the values of frames into descriptors of the whole.
struct DescriptorSummary {
    private let frames: SpectralFrames
    private let powers: [Float]
    private let zeroCrossings: [Float]
    private let cepstrum: [Float]
    private let flux: [Float]

    /// Takes what a recording left; the mel spectrum is limited to `Decibels.span` below its greatest value here, which is
    /// known at the end only.
    init(frames: consuming SpectralFrames, levels: FrameLevels) {
        powers = levels.powers
        zeroCrossings = levels.zeroCrossings
        var mel = frames.takeMel()
        Decibels.limit(&mel)
        cepstrum = CepstralTransform().coefficients(of: mel)
        flux = Self.flux(of: mel)
        self.frames = frames
    }

    /// The mean rise of the bands from frame to frame, falls counting as 0; the first frame has none.
    private static func flux(of mel: [Float]) -> [Float] {
        let bands = MelFilters.count
        var flux: [Float] = mel.isEmpty ? [] : [0]
        var start = bands
        while start + bands <= mel.count {
            var sum: Float = 0
            for band in start..<start + bands { sum += max(0, mel[band] - mel[band - bands]) }
            flux.append(sum / Float(bands))
            start += bands
        }
        return flux
    }

    func descriptors(
        _ measured: SpectralAnalysis.Measured, seconds: Double, crest: Float
    ) throws(MeterError) -> SoundDescriptors {
        SoundDescriptors(
            rhythm: try rhythm(seconds: seconds), tonality: tonality,
            loudness: loudness(measured, crest: crest), timbre: timbre,
            sections: SectionFinder(self.seconds(seconds)).sections())
    }

    /// What the spectrum of an even sound rises by from frame to frame, in dB: no onset.
    private static let stir: Float = 0.5

    private func rhythm(seconds: Double) throws(MeterError) -> Rhythm {
        let rises = flux.map { max(0, $0 - Self.stir) }
        let reading = try RhythmReading(of: rises, hop: FrameGrid.hop, sampleRate: FrameGrid.sampleRate)
        let gaps = zip(reading.beats, reading.beats.dropFirst()).map { $1 - $0 }
        let spread = Statistic(of: gaps)
        return Rhythm(
            tempo: TempoEstimate(onsets: flux, rises: rises).tempo,
            onsetRate: Float(Double(reading.onsets.count) / seconds),
            beats: reading.beats.count,
            beatRegularity: gaps.count >= 3 && spread.mean > 0 ? max(0, 1 - spread.deviation / spread.mean) : nil)
    }

    private var tonality: Tonality {
        let chroma = VectorStatistic(of: frames.chroma, width: 12)
        return Tonality(key: KeyEstimate.key(of: chroma.mean), tuning: Float(frames.tuning * 100), chroma: chroma)
    }

    private func loudness(_ measured: SpectralAnalysis.Measured, crest: Float) -> Loudness {
        // Silence between movements is no dynamics.
        let levels = powers.map(Decibels.ofPower).filter { $0 > -60 }
        let mean = Statistic(of: levels).mean
        return Loudness(
            integrated: measured.integrated.map(Float.init), range: measured.range.map(Float.init),
            truePeak: measured.truePeak.map(Float.init), rms: Statistic(of: powers.lazy.map { $0.squareRoot() }),
            crest: crest, complexity: Statistic(of: levels.lazy.map { abs($0 - mean) }).mean)
    }

    private var timbre: Timbre {
        let slopes = CepstralTransform.slopes(of: cepstrum)
        return Timbre(
            mfcc: VectorStatistic(of: cepstrum, width: CepstralTransform.count),
            mfccDelta: VectorStatistic(of: slopes, width: CepstralTransform.count).deviation,
            centroid: Statistic(of: frames.centroid), spread: Statistic(of: frames.spread),
            rolloff: Statistic(of: frames.rolloff), flatness: Statistic(of: frames.flatness),
            flux: Statistic(of: flux),
            contrast: VectorStatistic(of: frames.contrast.finish(), width: SpectralContrast.count),
            zeroCrossings: Statistic(of: zeroCrossings), harmonicRatio: frames.harmonic.ratio)
    }

    /// What each second of the recording is like; a rest shorter than half a second belongs to the last one.
    private func seconds(_ duration: Double) -> [SectionFinder.Second] {
        let count = max(1, Int(duration.rounded()))
        return (0..<count).map { second in
            let first = min(Int(Float(second) * FrameGrid.rate), powers.count - 1)
            let last = second == count - 1 ? powers.count : Int(Float(second + 1) * FrameGrid.rate)
            return summary(of: first..<max(first + 1, min(last, powers.count)))
        }
    }

    private func summary(of range: Range<Int>) -> SectionFinder.Second {
        func mean(_ value: (Int) -> Float) -> Float {
            range.reduce(0) { $0 + value($1) } / Float(range.count)
        }
        let coefficients = (1...12).map { order in mean { cepstrum[$0 * CepstralTransform.count + order] } }
        let pitches = (0..<12).map { pitch in mean { frames.chroma[$0 * 12 + pitch] } }
        return SectionFinder.Second(
            features: coefficients + pitches, power: mean { powers[$0] }, centroid: mean { frames.centroid[$0] })
    }
}

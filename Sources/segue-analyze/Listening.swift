import AudioDecoding
import Descriptors
import Glibc
import SoundDocument
import SoundMeters

/// One file being heard: what is decoded goes to every meter, and their readings become a document.
struct Listening: ~Copyable {
    /// How several channels become one.
    private enum Downmix {
        case mean
        /// The first alone, where the mean is next to nothing since channels cancel each other out.
        case first
    }

    /// Of channels that have nothing to do with each other, as many as a file may have, the mean keeps a 64th of the power.
    private static let cancelled = 1e-4
    /// What no sample of music exceeds; full scale is 1.
    private static let loudest: Float = 1_000
    /// Seconds from the beginning that the fingerprint covers.
    private static let fingerprinted = 120

    private let channels: Int
    private let longest: Double
    private let loudness: LoudnessMeter
    private var peaks: TruePeakMeter
    private var resampler: Resampler
    private var spectra = SpectralAnalysis()
    private var fingerprinter: Fingerprinter
    private var mono: [Float] = []
    private var fingerprintSamples = 0
    private var isFinite = true
    private let downmix: Downmix
    /// Sums of squares: of all channels, as a mean over them, and of what they were mixed to.
    private var power = (channels: 0.0, mixed: 0.0)

    /// Hears what `descriptor` holds.
    /// - Throws: `DecodingError` or `SoundRefusal` with the reason.
    static func document(of descriptor: Int32, _ options: AnalyzeOptions) throws -> SoundDocument {
        let place = lseek(descriptor, 0, SEEK_CUR)
        do {
            return try document(of: descriptor, options, .mean)
        } catch is Cancelled {
            guard place >= 0, lseek(descriptor, place, SEEK_SET) == place else {
                throw SoundRefusal(code: "cancelled", message: "the channels cancel each other out")
            }
            return try document(of: descriptor, options, .first)
        }
    }

    /// The mean of the channels is next to nothing, and they are not.
    private struct Cancelled: Error {}

    private static func document(
        of descriptor: Int32, _ options: AnalyzeOptions, _ downmix: Downmix
    ) throws -> SoundDocument {
        var file = try AudioFile(descriptor: descriptor, name: options.name)
        let longest = Double(options.longest) * 60
        // Each run comes back to what is too long, and should not have to hear hours to say so again.
        guard file.facts.duration ?? 0 <= longest else { throw tooLong(longest) }
        var listening = try Listening(file.facts, longest: longest, downmix)
        try file.decode { listening.add($0) }
        if downmix == .mean, listening.isCancelled { throw Cancelled() }
        return try listening.finish(file.facts, failures: file.failures)
    }

    private static func tooLong(_ longest: Double) -> SoundRefusal {
        SoundRefusal(code: "too_long", message: "the file lasts longer than \(Int(longest / 60)) minutes")
    }

    private var isCancelled: Bool { isFinite && power.mixed < Self.cancelled * power.channels }

    private init(_ facts: AudioFacts, longest: Double, _ downmix: Downmix) throws {
        let resampler = try Resampler(from: facts.sampleRate, to: FrameGrid.sampleRate)
        let loudness = try LoudnessMeter(channels: facts.channels, sampleRate: facts.sampleRate)
        let fingerprinter = try Fingerprinter(sampleRate: FrameGrid.sampleRate)
        self.resampler = resampler
        self.loudness = loudness
        self.fingerprinter = fingerprinter
        peaks = TruePeakMeter(channels: facts.channels, sampleRate: facts.sampleRate)
        channels = facts.channels
        self.longest = longest
        self.downmix = downmix
    }

    /// Takes interleaved samples in; false where no more are wanted.
    private mutating func add(_ samples: UnsafeBufferPointer<Float>) -> Bool {
        mix(samples)
        guard isFinite, spectra.duration <= longest else { return false }
        loudness.add(samples)
        peaks.add(samples)
        if !mono.isEmpty { hear(mono) }
        return true
    }

    /// One channel of several; notes where a sample is no number.
    private mutating func mix(_ samples: UnsafeBufferPointer<Float>) {
        let (frames, channels) = (samples.count / channels, channels)
        let (used, share) = downmix == .mean ? (channels, 1 / Float(channels)) : (1, 1)
        var isPlausible = true
        var (all, mixed): (Float, Float) = (0, 0)
        mono = Array(unsafeUninitializedCapacity: frames) { mono, count in
            for frame in 0..<frames {
                var (value, square): (Float, Float) = (0, 0)
                let first = frame * channels
                for channel in first..<first + used { value += samples[channel] }
                for channel in first..<first + channels { square += samples[channel] * samples[channel] }
                value *= share
                square /= Float(channels)
                mono[frame] = value
                (all, mixed) = (all + square, mixed + value * value)
                // Written so that what is no number is not plausible either.
                if !(square <= Self.loudest * Self.loudest) { isPlausible = false }
            }
            count = frames
        }
        power = (power.channels + Double(all), power.mixed + Double(mixed))
        if !isPlausible { isFinite = false }
    }

    /// Resamples one channel and gives it to the meters; nothing brings the end out.
    private mutating func hear(_ signal: [Float]) {
        var heard: [Float] = []
        resampler.resample(signal) { heard.append(contentsOf: $0) }
        spectra.add(heard)
        let wanted = min(heard.count, Self.fingerprinted * FrameGrid.sampleRate - fingerprintSamples)
        if wanted > 0 { fingerprinter.add(heard[..<wanted]) }
        fingerprintSamples += max(0, wanted)
    }

    private consuming func finish(_ facts: AudioFacts, failures: Int) throws -> SoundDocument {
        guard isFinite else {
            throw SoundRefusal(
                code: "not_finite", message: "the file holds samples that are no numbers, or 60 dB over full scale")
        }
        hear([])
        let duration = spectra.duration
        guard duration <= longest else { throw Self.tooLong(longest) }
        guard duration >= 1 else {
            throw SoundRefusal(code: "too_short", message: "the file lasts \(duration) s, and 1 s is the least")
        }
        guard !spectra.isSilent else { throw SoundRefusal(code: "silent", message: "the file is nothing but silence") }
        let measured = SpectralAnalysis.Measured(
            integrated: loudness.integrated, range: loudness.range,
            truePeak: peaks.peak > 0 ? Double(20 * log10(peaks.peak)) : nil)
        let covered = Double(fingerprintSamples) / Double(FrameGrid.sampleRate)
        return SoundDocument(
            file: SoundFile(
                container: facts.container, codec: facts.codec, sampleRate: facts.sampleRate, channels: facts.channels,
                bitRate: facts.bitRate, duration: duration, failures: failures),
            tags: facts.tags,
            fingerprint: fingerprinter.finish().map { SoundFingerprint(seconds: covered, values: $0) },
            descriptors: try spectra.finish(with: measured))
    }
}

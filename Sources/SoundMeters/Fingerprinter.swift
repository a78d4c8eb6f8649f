internal import CChromaprint

/// The acoustic fingerprint of a recording, through Chromaprint (algorithm 2, its default).
public struct Fingerprinter: ~Copyable {
    private let context: OpaquePointer
    private var buffer: [Int16] = []

    /// Listens to one channel at a rate in Hz.
    /// - Throws: `MeterError` where the library refuses.
    public init(sampleRate: Int) throws(MeterError) {
        let refusal = MeterError(meter: "the fingerprinter")
        guard let context = chromaprint_new(Int32(CHROMAPRINT_ALGORITHM_DEFAULT.rawValue)) else { throw refusal }
        guard chromaprint_start(context, Int32(sampleRate), 1) == 1 else {
            chromaprint_free(context)
            throw refusal
        }
        self.context = context
    }

    deinit { chromaprint_free(context) }

    /// Takes samples in, full scale ±1.
    public mutating func add(_ samples: ArraySlice<Float>) {
        buffer.removeAll(keepingCapacity: true)
        buffer.append(contentsOf: samples.lazy.map { Int16(max(-1, min(1, $0)) * 32_767) })
        chromaprint_feed(context, buffer, Int32(buffer.count))
    }

    /// The fingerprint: one number for about an eighth of a second; nil where the sound is too short.
    public consuming func finish() -> [UInt32]? {
        guard chromaprint_finish(context) == 1 else { return nil }
        var fingerprint: UnsafeMutablePointer<UInt32>?
        var size: Int32 = 0
        guard chromaprint_get_raw_fingerprint(context, &fingerprint, &size) == 1, let fingerprint else { return nil }
        defer { chromaprint_dealloc(fingerprint) }
        return size > 0 ? Array(UnsafeBufferPointer(start: fingerprint, count: Int(size))) : nil
    }
}

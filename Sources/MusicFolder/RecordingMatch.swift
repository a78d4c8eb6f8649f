internal import Catalog

/// Whether two files hold the same recording.
enum RecordingMatch {
    /// Of the bits of two fingerprints of different recordings half differ; of one recording in two encodings a tenth.
    private static let tolerance = 0.15
    /// Seconds by which the lengths may differ: encoders pad, and silence at the ends is cut.
    private static let slack = 3.0
    /// Numbers by which one fingerprint may be shifted: about a second and a half.
    private static let shifts = -12...12
    /// Numbers that have to overlap: about ten seconds.
    private static let least = 80

    /// Whether the lengths agree and the fingerprints differ in few bits at some shift.
    static func isSame(_ first: RecordingPrint, _ second: RecordingPrint) -> Bool {
        guard abs(first.duration - second.duration) <= slack else { return false }
        return shifts.contains { (difference(first.values, second.values, shift: $0) ?? 1) < tolerance }
    }

    /// The share of bits that differ where both have a number, or nil where that is too little.
    static func difference(_ first: [UInt32], _ second: [UInt32], shift: Int) -> Double? {
        let start = max(0, shift)
        let end = min(first.count, second.count + shift)
        // Short recordings are compared as a whole.
        guard end - start >= min(least, first.count, second.count), end > start else { return nil }
        var bits = 0
        for place in start..<end { bits += (first[place] ^ second[place - shift]).nonzeroBitCount }
        return Double(bits) / Double(32 * (end - start))
    }
}

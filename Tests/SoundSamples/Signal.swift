import Foundation

/// Sounds of known properties, one channel, full scale ±1.
public enum Signal {
    /// A sine.
    public static func sine(_ frequency: Double, seconds: Double, rate: Int = 22_050, amplitude: Float = 0.5) -> [Float]
    {
        (0..<Int(seconds * Double(rate))).map {
            amplitude * Float(sin(2 * Double.pi * frequency * Double($0) / Double(rate)))
        }
    }

    /// The sum of sines: a chord.
    public static func chord(_ frequencies: [Double], seconds: Double, rate: Int = 22_050) -> [Float] {
        let voices = frequencies.map {
            sine($0, seconds: seconds, rate: rate, amplitude: 0.5 / Float(frequencies.count))
        }
        return voices.dropFirst().reduce(voices[0]) { zip($0, $1).map(+) }
    }

    /// White noise, the same for the same seed.
    public static func noise(seconds: Double, rate: Int = 22_050, amplitude: Float = 0.3, seed: UInt64 = 1) -> [Float] {
        var state = seed
        return (0..<Int(seconds * Double(rate))).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return amplitude * (Float(state >> 40) / Float(1 << 23) - 1)
        }
    }

    /// Short bursts of noise at equal distances.
    public static func clicks(bpm: Double, seconds: Double, rate: Int = 22_050) -> [Float] {
        var signal = [Float](repeating: 0, count: Int(seconds * Double(rate)))
        let burst = noise(seconds: 0.02, rate: rate, amplitude: 0.8)
        var beat = 0.25
        while beat < seconds - 0.05 {
            let start = Int(beat * Double(rate))
            for (index, value) in burst.enumerated() { signal[start + index] += value }
            beat += 60 / bpm
        }
        return signal
    }

    /// The frequency of a MIDI note number.
    public static func pitch(_ note: Int) -> Double { 440 * pow(2, Double(note - 69) / 12) }
}

/// How sound is cut into frames: the grid that librosa uses by default, so that values can be compared.
public enum FrameGrid {
    /// Samples in a second.
    public static let sampleRate = 22_050
    /// Samples in a frame.
    public static let length = 2_048
    /// Samples from one frame to the next.
    public static let hop = 512
    /// Frequencies of a frame's spectrum.
    public static let bins = length / 2 + 1
    /// Frames in a second.
    public static let rate = Float(sampleRate) / Float(hop)

    /// The frequency of a bin, in Hz.
    static func frequency(_ bin: Int) -> Float { Float(bin) * Float(sampleRate) / Float(length) }
}

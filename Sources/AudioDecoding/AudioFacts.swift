/// What a file says of itself before a sample is decoded.
public struct AudioFacts: Sendable, Hashable {
    /// The container's short name, such as `ogg`.
    public let container: String
    /// The codec's short name, such as `vorbis`.
    public let codec: String
    /// Samples in a second, of each channel.
    public let sampleRate: Int
    /// Number of channels.
    public let channels: Int
    /// Bits in a second, where the file says.
    public let bitRate: Int?
    /// Seconds, where the container says how long it lasts; what is decoded may differ.
    public let duration: Double?
    /// Tags by name in lower case, values as they are written.
    public let tags: [String: String]
}

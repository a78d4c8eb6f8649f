/// What `segue-analyze` tells of one file, and `segue analyze` reads: the only thing that passes between the two.
public struct SoundDocument: Sendable, Hashable, Codable {
    /// The version of the descriptors' definitions that this build writes; values of another are not mixed with them.
    public static let currentVersion = 2

    /// The version that it was written with.
    public var version: Int
    /// What the file is.
    public var file: SoundFile
    /// Tags by name in lower case.
    public var tags: [String: String]
    /// By what the recording is recognised; nil where the sound is too short.
    public var fingerprint: SoundFingerprint?
    /// What it sounds like.
    public var descriptors: SoundDescriptors

    /// Puts a document together.
    public init(
        file: SoundFile, tags: [String: String], fingerprint: SoundFingerprint?, descriptors: SoundDescriptors
    ) {
        version = Self.currentVersion
        self.file = file
        self.tags = tags
        self.fingerprint = fingerprint
        self.descriptors = descriptors
    }
}

/// What a file of sound is, apart from how it sounds.
public struct SoundFile: Sendable, Hashable, Codable {
    /// The container's short name.
    public var container: String
    /// The codec's short name.
    public var codec: String
    /// Samples in a second.
    public var sampleRate: Int
    /// Number of channels.
    public var channels: Int
    /// Bits in a second, where known.
    public var bitRate: Int?
    /// Seconds of sound that were decoded.
    public var duration: Double
    /// Parts that could not be decoded and were left out.
    public var failures: Int

    /// Describes a file.
    public init(
        container: String, codec: String, sampleRate: Int, channels: Int, bitRate: Int?, duration: Double, failures: Int
    ) {
        self.container = container
        self.codec = codec
        self.sampleRate = sampleRate
        self.channels = channels
        self.bitRate = bitRate
        self.duration = duration
        self.failures = failures
    }
}

/// An acoustic fingerprint after Chromaprint.
public struct SoundFingerprint: Sendable, Hashable, Codable {
    /// Seconds from the beginning that it covers.
    public var seconds: Double
    /// One number for about an eighth of a second.
    public var values: [UInt32]

    /// A fingerprint of the first seconds.
    public init(seconds: Double, values: [UInt32]) { (self.seconds, self.values) = (seconds, values) }
}

/// Why a file could not be analysed, as `segue-analyze` writes it.
public struct SoundRefusal: Sendable, Hashable, Codable, Error {
    /// A short stable name: `not_audio`, `silent`, `too_short`, ….
    public var code: String
    /// One sentence for a person.
    public var message: String

    /// A reason.
    public init(code: String, message: String) { (self.code, self.message) = (code, message) }
}

/// What `segue-analyze` prints: a document, or the reason why there is none.
public enum SoundAnswer: Sendable, Hashable, Codable {
    /// The file was analysed.
    case document(SoundDocument)
    /// It could not be.
    case refusal(SoundRefusal)

    private enum CodingKeys: String, CodingKey {
        case document
        case refusal
    }

    /// Reads `{"document": …}` or `{"refusal": …}`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let refusal = try container.decodeIfPresent(SoundRefusal.self, forKey: .refusal) {
            self = .refusal(refusal)
        } else {
            self = .document(try container.decode(SoundDocument.self, forKey: .document))
        }
    }

    /// Writes `{"document": …}` or `{"refusal": …}`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .document(let document): try container.encode(document, forKey: .document)
        case .refusal(let refusal): try container.encode(refusal, forKey: .refusal)
        }
    }
}

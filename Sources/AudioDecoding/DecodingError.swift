internal import CFFmpeg

/// Why a file gives no sound.
public enum DecodingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file has no byte.
    case empty
    /// No container or codec that FFmpeg knows.
    case notAudio
    /// A container without a stream of sound.
    case noSound
    /// The stream's codec has no decoder here, by name.
    case unsupported(codec: String)
    /// Channels or a sampling rate that no music has.
    case implausible(channels: Int, sampleRate: Int)
    /// The stream changes its channels or its sampling rate in the middle.
    case changesFormat
    /// More packets failed to decode than did not.
    case damaged(failed: Int, decoded: Int)
    /// Reading failed, with the system's or the library's text.
    case unreadable(String)

    /// A short stable name of the reason.
    public var code: String {
        switch self {
        case .empty: "empty"
        case .notAudio: "not_audio"
        case .noSound: "no_sound"
        case .unsupported: "unsupported"
        case .implausible: "implausible"
        case .changesFormat: "changes_format"
        case .damaged: "damaged"
        case .unreadable: "unreadable"
        }
    }

    /// What is wrong, in one sentence.
    public var description: String {
        switch self {
        case .empty: "the file is empty"
        case .notAudio: "the file is in no format of sound that can be read"
        case .noSound: "the file holds no stream of sound"
        case .unsupported(let codec): "there is no decoder for \(codec)"
        case .implausible(let channels, let rate): "the file says \(channels) channels at \(rate) Hz, which is no music"
        case .changesFormat: "the file changes its channels or sampling rate in the middle"
        case .damaged(let failed, let decoded): "\(failed) parts of the file could not be decoded, and \(decoded) could"
        case .unreadable(let reason): "the file could not be read: \(reason)"
        }
    }

    /// The library's own text of a status.
    static func text(_ status: Int32) -> String {
        var text = [CChar](repeating: 0, count: 128)
        av_strerror(status, &text, text.count)
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

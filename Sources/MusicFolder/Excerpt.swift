public import Catalog
internal import SoundDocument

/// What a part of a recording, such as a preview, says of the whole.
///
/// Timbre, rhythm, key and loudness of a part stand for the whole; its length and its sections do not, and are left out.
public struct Excerpt: Sendable, Hashable {
    /// Seconds that were heard.
    public let seconds: Double
    /// What is measured under the names that Spotify gave.
    public let features: AudioFeatures
    /// The descriptors, without numbers for the `structure` block.
    public let sound: SoundRecord

    /// - Parameter source: what was heard, for provenance.
    /// - Throws: `EncodingError`.
    init(of document: SoundDocument, source: String) throws {
        seconds = document.file.duration
        var features = document.features
        features[.duration] = nil
        var sound = try document.soundRecord()
        (sound.form, sound.source) = ([], source)
        (self.features, self.sound) = (features, sound)
    }

    /// The version of the descriptors; another one makes it worth listening again.
    public static var version: String { String(SoundDocument.currentVersion) }
}

extension AnalyzerPool {
    /// Listens to a part of a recording, in a process of its own like a file; nothing of it stays on disk.
    ///
    /// - Parameter source: what it is, in a few words, for provenance.
    /// - Throws: `AnalyzerMissing` where the program cannot be started, `MusicFile.Refusal` where it says nothing of these
    ///   bytes, `EncodingError`.
    public func excerpt(_ bytes: [UInt8], source: String) async throws -> Excerpt {
        switch try await analyze(bytes, name: "excerpt") {
        case .document(let document): return try Excerpt(of: document, source: source)
        case .refusal(let refusal): throw MusicFile.Refusal(code: refusal.code, message: refusal.message)
        }
    }
}

internal import Catalog
internal import FileSystem
internal import Foundation
internal import Signing
internal import SoundDocument

/// What came of looking into one file.
struct FileFinding: Sendable {
    enum Outcome: Sendable {
        /// The same content was known under a path that is gone.
        case moved(from: String)
        /// The same content is known under another path.
        case copy(of: String)
        /// It was analysed.
        case analyzed(SoundDocument)
        /// It cannot be.
        case refused(MusicFile.Refusal)
    }

    var file: MusicFile
    var outcome: Outcome
}

/// Looks into files: by content first, which is cheap, and by sound where the content is new.
struct FileExamination: Sendable {
    let store: any MusicFileStore
    let pool: AnalyzerPool
    /// Known paths that are gone.
    let gone: [String: MusicFile]
    /// Whether known content is analysed again.
    let again: Bool

    func finding(of found: FolderWalk.File) async throws -> FileFinding {
        let hash = await AnalyzerPool.onThread { () -> Result<String, SigningError> in
            Result { () throws(SigningError) in try SHA256Digest(contentsOfFile: found.path).hexadecimal }
        }
        var file = MusicFile(
            path: found.path, size: found.size, modified: found.modified, content: try? hash.get(),
            version: SoundDocument.currentVersion)
        if case .failure(let error) = hash {
            file.content = nil
            let refusal = MusicFile.Refusal(code: "unreadable", message: "\(error)")
            return FileFinding(file: file, outcome: .refused(refusal))
        }
        if !again, let content = file.content, let known = try await known(content, except: found.path) {
            return FileFinding(file: file, outcome: known)
        }
        switch try await pool.analyze(found.path) {
        case .document(let document): return FileFinding(file: file, outcome: .analyzed(document))
        case .refusal(let refusal):
            let refusal = MusicFile.Refusal(code: refusal.code, message: refusal.message)
            return FileFinding(file: file, outcome: .refused(refusal))
        }
    }

    private func known(_ content: String, except path: String) async throws -> FileFinding.Outcome? {
        if let old = gone.values.filter({ $0.content == content && $0.refusal == nil }).min(by: { $0.path < $1.path }) {
            return .moved(from: old.path)
        }
        guard let known = try await store.musicFile(content: content, version: SoundDocument.currentVersion),
            known.path != path
        else { return nil }
        return .copy(of: known.path)
    }
}

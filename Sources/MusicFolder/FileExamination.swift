internal import Catalog
internal import FileSystem
internal import Foundation
internal import Signing
internal import SoundDocument

/// What came of looking into one file.
struct FileFinding: Sendable {
    enum Outcome: Sendable {
        /// The same content was known under a path that is gone.
        case moved(from: FilePath)
        /// The same content is known under an earlier path.
        case copy(of: FilePath)
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
    /// How the files stand.
    let ledger: FolderLedger
    /// Whether known content is analysed again.
    let again: Bool

    func finding(of found: FolderWalk.File) async throws -> FileFinding {
        let hash = await AnalyzerPool.onThread { () -> Result<String, SigningError> in
            Result { () throws(SigningError) in try SHA256Digest(contentsOfFile: found.path).hexadecimal }
        }
        let file = MusicFile(
            path: found.path, size: found.size, modified: found.modified, content: try? hash.get(),
            version: SoundDocument.currentVersion)
        if case .failure(let error) = hash {
            return FileFinding(
                file: file, outcome: .refused(MusicFile.Refusal(code: "unreadable", message: Self.message(error))))
        }
        if !again, let known = try await known(file) { return FileFinding(file: file, outcome: known) }
        switch try await pool.analyze(found.path) {
        case .document(let document): return FileFinding(file: file, outcome: .analyzed(document))
        case .refusal(let refusal):
            let refusal = MusicFile.Refusal(code: refusal.code, message: refusal.message)
            return FileFinding(file: file, outcome: .refused(refusal))
        }
    }

    /// The system's reason alone, as wherever a file cannot be read.
    private static func message(_ error: SigningError) -> String {
        guard case .unreadable(_, let reason) = error else { return "\(error)" }
        return reason
    }

    /// A copy of an earlier path brings nothing that its original does not say; one of a later path becomes the original.
    private func known(_ file: MusicFile) async throws -> FileFinding.Outcome? {
        guard let content = file.content, !ledger.insisted.contains(file.place) else { return nil }
        if let old = ledger.renamed(to: file) { return .moved(from: old) }
        return try await store.musicFiles(contents: [content], version: file.version)
            .first { $0.place < file.place && ledger.isSettled($0.place) }.map { .copy(of: $0.place) }
    }
}

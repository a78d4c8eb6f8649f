internal import FileSystem
internal import Foundation

/// How closely a generation's files are looked at before they are used.
public enum FileChecking: Sendable, Hashable {
    /// Their lengths alone.
    case lengths
    /// Every byte against the manifest, unless that was done before and the files have not been touched since: reading
    /// a large generation takes longer than everything else that a server does before its first answer.
    case unlessUnchanged
    /// Every byte, always.
    case everything
}

extension GenerationDirectory {
    /// What was checked byte by byte; beside the files in the generation's own directory.
    struct Verification: Codable, Hashable {
        struct File: Codable, Hashable {
            var stamp: FileStamp
            var sha256: String
        }

        var files: [String: File]
    }

    /// Checks every file of a generation against its manifest.
    /// - Throws: `missing`, `foreign` or `corrupt`.
    public func check(_ id: String, _ checking: FileChecking) throws(GenerationError) -> GenerationManifest {
        let manifest = try manifest(id)
        for file in manifest.files { try checkLength(file, of: id) }
        guard checking != .lengths else { return manifest }
        // Stamped before they are read, so that a change meanwhile is not taken for what was checked.
        let present = verification(of: manifest)
        if checking == .unlessUnchanged, let present, present == remembered(id) { return manifest }
        for file in manifest.files {
            let path = "\(generationPath(id))/\(file.name)"
            guard try Self.checksum(path) == file.sha256 else {
                throw GenerationError(.corrupt, "\(path) is damaged: its checksum is not the manifest's")
            }
        }
        remember(present, of: id)
        return manifest
    }

    private func checkLength(_ file: GenerationManifest.File, of id: String) throws(GenerationError) {
        let path = "\(generationPath(id))/\(file.name)"
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let size = attributes?[.size] as? Int else { throw GenerationError(.corrupt, "\(path) is missing") }
        guard size == file.bytes else {
            throw GenerationError(.corrupt, "\(path) has \(size) bytes where its manifest says \(file.bytes)")
        }
    }

    func verification(of manifest: GenerationManifest) -> Verification? {
        var files: [String: Verification.File] = [:]
        for file in manifest.files {
            guard let stamp = try? FileStamp(of: "\(generationPath(manifest.id))/\(file.name)") else { return nil }
            files[file.name] = Verification.File(stamp: stamp, sha256: file.sha256)
        }
        return Verification(files: files)
    }

    private func verificationPath(_ id: String) -> String { "\(generationPath(id))/verified.json" }

    private func remembered(_ id: String) -> Verification? {
        FileManager.default.contents(atPath: verificationPath(id))
            .flatMap { try? JSONDecoder().decode(Verification.self, from: $0) }
    }

    /// Where it cannot be written, on a disk that is only read for example, files are checked anew every time.
    func remember(_ verification: Verification?, of id: String) {
        guard let verification, let data = try? JSONEncoder().encode(verification) else { return }
        try? data.write(to: URL(fileURLWithPath: verificationPath(id)), options: .atomic)
    }
}

internal import FileSystem
internal import Foundation
internal import Signing

/// The folder in which index generations are published.
///
/// ```
/// index/
///   CURRENT              name of the generation that serves
///   generations/<id>/    manifest.json and the files that it lists
///   building-<id>/       a build under way, or what is left of one that was killed
///   build.lock           held by the process that builds
/// ```
/// A generation appears under its name only when all its files are on disk, and `CURRENT` is replaced in one step.
/// Hence a reader never sees half a generation, and a build killed anywhere leaves the old one serving.
public struct GenerationDirectory: Sendable, Hashable {
    /// The folder's path.
    public let path: String

    /// Names a folder; it is made when something is published.
    public init(_ path: String) { self.path = path }

    var currentPath: String { "\(path)/CURRENT" }
    var generationsPath: String { "\(path)/generations" }

    /// The folder of a generation.
    public func generationPath(_ id: String) -> String { "\(generationsPath)/\(id)" }

    /// The name that `CURRENT` holds, or nil.
    public var current: String? {
        guard let data = FileManager.default.contents(atPath: currentPath), data.count < 256 else { return nil }
        let name = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return Self.isName(name) ? name : nil
    }

    /// Names of all published generations, newest first.
    public var generations: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: generationsPath)) ?? []
        return names.filter(Self.isName).sorted(by: >)
    }

    /// The manifest of a generation, without looking at its other files.
    /// - Throws: `missing`, `foreign` or `corrupt`.
    public func manifest(_ id: String) throws(GenerationError) -> GenerationManifest {
        let file = "\(generationPath(id))/\(GenerationManifest.fileName)"
        guard Self.isName(id), let data = FileManager.default.contents(atPath: file) else {
            throw GenerationError(.missing, "there is no generation \(id) under \(path); `segue index list` shows them")
        }
        return try Self.manifest(data, named: id, at: file)
    }

    private static func manifest(
        _ data: Data, named id: String, at file: String
    ) throws(GenerationError) -> GenerationManifest {
        struct Format: Decodable { var format: Int }
        let decoder = JSONDecoder()
        guard let format = try? decoder.decode(Format.self, from: data).format else {
            throw GenerationError(.corrupt, "\(file) is no manifest")
        }
        guard format == GenerationManifest.currentFormat else {
            let known = GenerationManifest.currentFormat
            throw GenerationError(
                .foreign, "\(file) has format \(format), this program reads \(known); run `segue index build`")
        }
        guard let manifest = try? decoder.decode(GenerationManifest.self, from: data), manifest.id == id,
            Set(manifest.files.map(\.name)) == Set(GenerationFile.all)
        else { throw GenerationError(.corrupt, "\(file) does not describe generation \(id)") }
        return manifest
    }

    /// Makes a generation the one that serves.
    /// - Throws: what `check` throws, or `system`.
    public func activate(_ id: String) throws(GenerationError) {
        _ = try check(id, .everything)
        try mapped { () throws(FileSystemError) in
            try Durable.replace(currentPath, with: Array("\(id)\n".utf8), in: path)
        }
    }

    /// Moves a finished build to its name and makes it the one that serves.
    func publish(_ id: String, from building: String) throws(GenerationError) {
        try mapped { () throws(FileSystemError) in
            try Durable.synchronizeDirectory(building)
            try Durable.rename(building, to: generationPath(id))
            try Durable.synchronizeDirectory(generationsPath)
        }
        try activate(id)
    }

    /// Removes all but the newest `kept` generations and the current one, and what killed builds left.
    /// - Returns: the names of the generations removed.
    /// - Throws: `busy` while a build is under way, or `system`.
    public func prune(keeping kept: Int) throws(GenerationError) -> [String] {
        try withBuildLock { () throws(GenerationError) in
            let current = current
            let doomed = generations.dropFirst(max(kept, 1)).filter { $0 != current }
            for id in doomed { try remove(generationPath(id)) }
            try removeRemains()
            return Array(doomed)
        }
    }

    func removeRemains() throws(GenerationError) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        for name in names where name.hasPrefix("building-") { try remove("\(path)/\(name)") }
    }

    private func remove(_ path: String) throws(GenerationError) {
        do { try FileManager.default.removeItem(atPath: path) } catch {
            throw GenerationError(.system, "cannot remove \(path): \(error.localizedDescription)")
        }
    }

    /// Runs `body` while no other process builds or prunes.
    func withBuildLock<Result>(_ body: () throws(GenerationError) -> Result) throws(GenerationError) -> Result {
        let lock = try takeBuildLock()
        defer { withExtendedLifetime(lock) {} }
        return try body()
    }

    /// Takes the lock of builds for as long as the object lives.
    /// - Throws: `busy` where another process has it.
    func takeBuildLock() throws(GenerationError) -> FileLock {
        do { try FileManager.default.createDirectory(atPath: generationsPath, withIntermediateDirectories: true) } catch
        {
            throw GenerationError(.system, "cannot make \(generationsPath): \(error.localizedDescription)")
        }
        let lock = try mapped { () throws(FileSystemError) in try FileLock.take("\(path)/build.lock") }
        guard let lock else {
            throw GenerationError(.busy, "another build is under way under \(path); wait for it, then try again")
        }
        return lock
    }

    static func checksum(_ path: String) throws(GenerationError) -> String {
        do { return try SHA256Digest(contentsOfFile: path).hexadecimal } catch {
            throw GenerationError(.corrupt, "cannot read \(path)")
        }
    }

    private static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count) && name.utf8.first != 46
            && name.utf8.allSatisfy { ($0 | 32 >= 97 && $0 | 32 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == 45 }
    }

    private func mapped<Result: ~Copyable>(
        _ body: () throws(FileSystemError) -> Result
    ) throws(GenerationError) -> Result {
        do { return try body() } catch { throw GenerationError(.system, error.description) }
    }
}

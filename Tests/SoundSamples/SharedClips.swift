import Foundation

/// Real clips that the repository does not contain.
public enum SharedClips {
    /// Their folder, or nil where this machine has none: tests on them are skipped then.
    public static var folder: String? {
        guard let shared = ProcessInfo.processInfo.environment["SEGUE_SHARED"] else { return nil }
        let folder = shared + "/data/audio"
        return FileManager.default.fileExists(atPath: folder) ? folder : nil
    }

    /// The paths of the clips, in order.
    public static var paths: [String] {
        guard let folder, let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return [] }
        return names.filter { $0.hasSuffix(".ogg") }.sorted().map { "\(folder)/\($0)" }
    }
}

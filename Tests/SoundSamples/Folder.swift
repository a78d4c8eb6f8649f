import Foundation

/// A folder of one test, removed with the last reference to it.
public final class Folder: Sendable {
    /// Its absolute path, free of links.
    public let path: String

    /// Makes an empty folder.
    public init() throws {
        let place = FileManager.default.temporaryDirectory.appendingPathComponent("segue-sound-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        path = place.resolvingSymlinksInPath().path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a name in it.
    public func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }
}

import Foundation

/// The folders that files may be taken from when somebody asks for it over the network.
public struct SourceRoots: Sendable, Hashable {
    private let folders: [String]

    /// Takes absolute paths; with none, no file may be taken.
    public init(_ paths: [String]) { folders = paths.map(Self.resolved) }

    /// Whether what lies at a path, links followed, is one of the folders or within one.
    public func admit(_ path: String) -> Bool {
        let target = Self.resolved(path)
        return folders.contains { target == $0 || target.hasPrefix($0 == "/" ? "/" : $0 + "/") }
    }

    private static func resolved(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
    }
}

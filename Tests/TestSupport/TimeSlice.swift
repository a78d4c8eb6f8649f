import Foundation

/// The time slices of threads, as Linux tells them.
public enum TimeSlice {
    /// That of the calling thread in nanoseconds, or nil where the system does not tell.
    public static var ofThisThread: Int? { told(at: "/proc/thread-self/sched") }

    /// Those of a process's threads by name; names repeat.
    public static func ofThreads(in process: Int32) throws -> [(name: String, nanoseconds: Int)] {
        let folder = "/proc/\(process)/task"
        return try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { thread in
            guard let name = try? String(contentsOfFile: "\(folder)/\(thread)/comm", encoding: .utf8),
                let slice = told(at: "\(folder)/\(thread)/sched")
            else { return nil }
            return (name.trimmingCharacters(in: .newlines), slice)
        }
    }

    /// Linux grants what is asked for from 6.12 on.
    public static var isTold: Bool {
        let version = ProcessInfo.processInfo.operatingSystemVersion
        return ofThisThread != nil && (version.majorVersion, version.minorVersion) >= (6, 12)
    }

    private static func told(at path: String) -> Int? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("se.slice") })
        else { return nil }
        return line.split(separator: " ").last.flatMap { Int($0) }
    }
}

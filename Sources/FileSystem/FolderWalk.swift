import Glibc

/// All regular files below a folder.
///
/// Links are followed, each folder once however many ways lead to it, so that a circle of links ends. Folders are looked
/// into in order of path, so that what several ways lead to has the same path each time.
public struct FolderWalk: Sendable {
    /// A file that was found.
    public struct File: Sendable, Hashable {
        /// The absolute path.
        public let path: String
        /// Bytes.
        public let size: Int
        /// Nanoseconds since 1970 of the last change.
        public let modified: Int

        fileprivate init(_ path: String, _ status: stat) {
            (self.path, size, modified) = (path, Int(status.st_size), status.modified)
        }

        /// What is under an absolute path now; nil where no regular file can be seen there.
        public init?(at path: String) {
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
            self.init(path, status)
        }
    }

    /// What could not be looked at.
    public struct Problem: Sendable, Hashable {
        /// The path, with marks in place of what is not UTF-8.
        public let path: String
        /// A short stable name.
        public let code: String
        /// One sentence.
        public let message: String
    }

    /// The folder's absolute path, without links.
    public let folder: String
    /// The files in order of path.
    public private(set) var files: [File] = []
    /// What could not be looked at, in order of path.
    public private(set) var problems: [Problem] = []
    /// Paths that are there and could not be looked at, or into, wanted or not: what was once seen there, or below, may
    /// be there still.
    public private(set) var hidden: [String] = []
    /// Folders that were looked into, by the path that led there first, the folder itself among them.
    public private(set) var folders: [String] = []
    /// Files that are there under names, or in folders of names, that no path can be made of: what was once seen elsewhere may
    /// be one of them. Not looked for where a caller chooses which folders are looked into.
    public private(set) var unnamed: [(size: Int, modified: Int)] = []
    /// What has such a name, files and folders, by the bytes of the path.
    private var unreadable: [[UInt8]] = []
    private var visited: Set<[UInt64]> = []
    /// Bytes that a path may have: databases refuse keys past some 2,700.
    private static let longestPath = 2_500

    /// Walks a folder.
    ///
    /// Blocks on the disk: not for the cooperative pool when the folder may be large.
    /// - Parameters:
    ///   - isWanted: whether a file's name, in lower case, is of interest.
    ///   - enters: whether a folder below, by its path, is to be looked into; nil where all are.
    /// - Throws: `FileSystemError` where the folder itself cannot be opened.
    public init(
        _ folder: String, isWanted: (String) -> Bool, enters: ((String) -> Bool)? = nil
    ) throws(FileSystemError) {
        guard let absolute = realpath(folder, nil) else { throw FileSystemError("open \(folder)", errno: errno) }
        defer { free(absolute) }
        let path = String(cString: absolute)
        guard let stream = opendir(path) else { throw FileSystemError("open \(path)", errno: errno) }
        closedir(stream)
        self.folder = path
        var waiting = [path]
        while let next = waiting.popLast() {
            if next == path || enters?(next) != false { look(into: next, &waiting, isWanted) }
        }
        if enters == nil { lookAtUnnamed() }
        // Only needed to look, and large.
        (unreadable, visited) = ([], [])
        files.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        problems.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// Nothing where a folder would be that is not there; nil where something is, or where that cannot be told.
    ///
    /// What is above it is looked up as the system does it; a path that goes on upwards from nowhere leads nowhere.
    public init?(missing folder: String) {
        var head = folder
        var tail: [Substring] = []
        while true {
            let place = head.isEmpty ? (folder.hasPrefix("/") ? "/" : ".") : head
            if let absolute = realpath(place, nil) {
                defer { free(absolute) }
                guard !tail.isEmpty, !tail.contains("..") else { return nil }
                let above = String(cString: absolute)
                self.folder = (above == "/" ? "" : above) + "/" + tail.joined(separator: "/")
                return
            }
            guard errno == ENOENT || errno == ENOTDIR, !head.isEmpty else { return nil }
            let last = head.split(separator: "/").last ?? ""
            if last != "." { tail.insert(last, at: 0) }
            head = String(head[..<last.startIndex])
            while head.last == "/" { head.removeLast() }
        }
    }

    private mutating func look(into folder: String, _ waiting: inout [String], _ isWanted: (String) -> Bool) {
        guard let stream = opendir(folder) else {
            note(folder, "unreadable", String(cString: strerror(errno)))
            hidden.append(folder)
            return
        }
        defer { closedir(stream) }
        var status = stat()
        guard fstat(dirfd(stream), &status) == 0, visit(status) else { return }
        self.folders.append(folder)
        var folders: [String] = []
        while let entry = next(of: stream, folder) {
            let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            guard bytes != [0x2e], bytes != [0x2e, 0x2e] else { continue }
            guard let name = String(validating: bytes, as: UTF8.self) else {
                let shown = String(decoding: bytes, as: UTF8.self)
                unreadable.append(Array(folder.utf8) + [0x2f] + bytes)
                if Self.isFolder(bytes, in: stream) {
                    note("\(folder)/\(shown)", "bad_name", "the folder's name is not UTF-8; nothing in it is looked at")
                } else if isWanted(shown.lowercased()) {
                    note("\(folder)/\(shown)", "bad_name", "the name is not UTF-8")
                }
                continue
            }
            let isFolder = entry.pointee.d_type == DT_DIR
            take("\(folder)/\(name)", isOfInterest: isFolder || isWanted(name.lowercased()), &folders)
        }
        waiting += folders.sorted { $1.utf8.lexicographicallyPrecedes($0.utf8) }
    }

    /// The next entry; nil at the end, and where the rest cannot be read: what was once seen there may be there still.
    private mutating func next(of stream: OpaquePointer, _ folder: String) -> UnsafeMutablePointer<dirent>? {
        errno = 0
        if let entry = readdir(stream) { return entry }
        let code = errno
        if code != 0 {
            note(folder, "unreadable", "what else is in it cannot be read: \(String(cString: strerror(code)))")
            hidden.append(folder)
        }
        return nil
    }

    /// Whether an entry is a folder, or a link to one.
    private static func isFolder(_ name: [UInt8], in folder: OpaquePointer) -> Bool {
        var status = stat()
        let bytes = name.map(CChar.init(bitPattern:)) + [0]
        return fstatat(dirfd(folder), bytes, &status, 0) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private mutating func take(_ path: String, isOfInterest: Bool, _ folders: inout [String]) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            hidden.append(path)
            if isOfInterest { note(path, "unreadable", String(cString: strerror(errno))) }
            return
        }
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        guard isFolder || isOfInterest else { return }
        guard path.utf8.count <= Self.longestPath else {
            unreadable.append(Array(path.utf8))
            return note(path, "bad_name", "the path has more than \(Self.longestPath) bytes")
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: folders.append(path)
        case S_IFREG: files.append(File(path, status))
        // To open a pipe would wait for somebody to write into it.
        default: note(path, "not_a_file", "it is a pipe, a socket or a device")
        }
    }

    /// Looks at what is under paths that are no text, and below them, apart from folders that another way led to.
    private mutating func lookAtUnnamed() {
        var waiting = unreadable
        while let next = waiting.popLast() {
            let place = next.map(CChar.init(bitPattern:)) + [0]
            var status = stat()
            guard stat(place, &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFREG: unnamed.append((Int(status.st_size), status.modified))
            case S_IFDIR:
                guard visit(status), let stream = opendir(place) else { continue }
                while let entry = readdir(stream) {
                    let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
                    if name != [0x2e], name != [0x2e, 0x2e] { waiting.append(next + [0x2f] + name) }
                }
                closedir(stream)
            default: continue
            }
        }
    }

    /// Whether a folder was not looked into before.
    private mutating func visit(_ status: stat) -> Bool {
        visited.insert([UInt64(status.st_dev), UInt64(status.st_ino)]).inserted
    }

    private mutating func note(_ path: String, _ code: String, _ message: String) {
        problems.append(Problem(path: path, code: code, message: message))
    }
}

extension stat {
    /// Nanoseconds since 1970.
    fileprivate var modified: Int { st_mtim.tv_sec * 1_000_000_000 + st_mtim.tv_nsec }
}

import FileSystem
import Foundation
import Testing

@Suite struct FolderWalkTests {
    private let folder: String

    init() throws {
        let place = URL(fileURLWithPath: try DurableTests.temporaryDirectory()).resolvingSymlinksInPath()
        folder = place.path
    }

    private func walk() throws -> FolderWalk {
        try FolderWalk(folder) { $0.hasSuffix(".ogg") }
    }

    private func write(_ path: String) throws {
        let parent = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try Data("1".utf8).write(to: URL(fileURLWithPath: path))
    }

    /// A folder by the bytes of its name, which Foundation cannot make.
    private func makeFolder(_ name: [UInt8]) -> Bool {
        mkdir((Array(folder.utf8) + [0x2f] + name).map(CChar.init(bitPattern:)) + [0], 0o755) == 0
    }

    @Test func aFolderWhoseNameIsNotUTF8IsReported() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try write("\(folder)/good/a.ogg")
        #expect(makeFolder(Array("caf".utf8) + [0xe9]))
        let walk = try walk()
        #expect(walk.files.map(\.path) == ["\(folder)/good/a.ogg"])
        #expect(walk.problems.map(\.code) == ["bad_name"])
        #expect(walk.problems.first?.path == "\(folder)/caf\u{fffd}")
        #expect(walk.folder == folder && walk.hidden.isEmpty)
    }

    @Test func whatHasAPathThatIsNoKeyIsReportedOnce() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try write("\(folder)/a.ogg")
        let deep = Array(repeating: String(repeating: "d", count: 200), count: 13).joined(separator: "/")
        try write("\(folder)/\(deep)/b.ogg")
        try write("\(folder)/\(deep)/c.ogg")
        let walk = try walk()
        #expect(walk.files.map(\.path) == ["\(folder)/a.ogg"])
        #expect(walk.problems.map(\.code) == ["bad_name"])
        #expect(walk.problems.first?.message.contains("2500 bytes") == true)
    }

    @Test func whereALinkLeadsNowhereSomethingIsHidden() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in ["drive", "a.ogg"] {
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/\(name)", withDestinationPath: "/nowhere")
        }
        let walk = try walk()
        #expect(Set(walk.hidden) == ["\(folder)/drive", "\(folder)/a.ogg"])
        #expect(walk.problems.map(\.path) == ["\(folder)/a.ogg"], "a link to no music is nobody's loss")
    }

    @Test(.enabled(if: geteuid() != 0, "nothing is hidden from root"))
    func whatMayNotBeEnteredIsHiddenNameByName() throws {
        try write("\(folder)/locked/a.ogg")
        try write("\(folder)/locked/below/b.ogg")
        try write("\(folder)/locked/notes.txt")
        try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: "\(folder)/locked")
        defer {
            try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(folder)/locked")
            try? FileManager.default.removeItem(atPath: folder)
        }
        let walk = try walk()
        #expect(walk.files.isEmpty && walk.hidden.count == 3)
        #expect(walk.problems.map(\.path) == ["\(folder)/locked/a.ogg", "\(folder)/locked/below"])
    }

    /// However it is written; what is there, or cannot be told, is not missing.
    @Test func aMissingFolderIsTheOneThatWouldBeThere() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try write("\(folder)/in/a.ogg")
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/way", withDestinationPath: "\(folder)/in")
        for name in ["in/gone", "way/gone/", "way//./gone//.", "in/../way/gone", "in/a.ogg/../gone"] {
            let missing = FolderWalk(missing: "\(folder)/\(name)")
            #expect(name.contains("a.ogg") ? missing == nil : missing?.folder == "\(folder)/in/gone", "\(name)")
            #expect(missing?.files.isEmpty != false)
        }
        #expect(FolderWalk(missing: "\(folder)/gone/deeper")?.folder == "\(folder)/gone/deeper")
        #expect(FolderWalk(missing: "\(folder)/gone/../in") == nil && FolderWalk(missing: "\(folder)/in") == nil)
        let here = FileManager.default.currentDirectoryPath
        let relative = FolderWalk(missing: "no such folder here")?.folder
        #expect(relative.map { $0.hasSuffix("/no such folder here") && $0.count >= here.count } == true)
        #expect(FolderWalk(missing: "/no such folder")?.folder == "/no such folder")
    }

    @Test func whatHasANameThatIsNoTextIsSeenBySizeAndTime() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try write("\(folder)/good/a.ogg")
        try write("\(folder)/good/below/b.ogg")
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/good/below/up", withDestinationPath: folder)
        let before = try walk()
        let name = (Array("\(folder)/caf".utf8) + [0xe9, 0]).map(CChar.init(bitPattern:))
        #expect(rename("\(folder)/good", name) == 0)
        let after = try walk()
        #expect(before.unnamed.isEmpty && after.files.isEmpty)
        #expect(Set(after.unnamed.map { [$0.size, $0.modified] }) == Set(before.files.map { [$0.size, $0.modified] }))
    }

    /// What another way leads to is seen by that alone, and a circle of links ends.
    @Test func whatALinkLeadsToWhoseNameIsNoTextIsSeenBySizeAndTime() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let outside = try DurableTests.temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: outside) }
        try write("\(outside)/below/a.ogg")
        try FileManager.default.createSymbolicLink(atPath: "\(outside)/below/up", withDestinationPath: outside)
        try write("\(folder)/in/b.ogg")
        for (letter, target) in [(0x61, outside), (0x62, "\(folder)/in"), (0x63, folder)] as [(UInt8, String)] {
            let name = (Array("\(folder)/".utf8) + [letter, 0xe9, 0]).map(CChar.init(bitPattern:))
            #expect(symlink(target, name) == 0)
        }
        let walk = try walk()
        let there = try #require(FolderWalk.File(at: "\(outside)/below/a.ogg"))
        #expect(walk.files.map(\.path) == ["\(folder)/in/b.ogg"] && walk.problems.count == 3)
        #expect(walk.unnamed.map { [$0.size, $0.modified] } == [[there.size, there.modified]])
        let chosen = try FolderWalk(folder, isWanted: { _ in true }, enters: { _ in true })
        #expect(chosen.unnamed.isEmpty, "where links lead was not asked")
    }

    /// The descriptor of a folder that this process reads.
    private func descriptor(of folder: String) -> Int32? {
        (0..<1_024).first { number in
            var status = stat()
            var other = stat()
            return fstat(number, &status) == 0 && stat(folder, &other) == 0 && status.st_ino == other.st_ino
                && status.st_dev == other.st_dev
        }
    }

    @Test func whereTheRestOfAFolderCannotBeReadItIsHidden() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try write("\(folder)/a.ogg")
        try write("\(folder)/broken/b.ogg")
        // What the folder is read from is no folder any more, as with a drive that fails under it.
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(null) }
        let walk = try FolderWalk(folder) { name in
            if name == "b.ogg", let descriptor = descriptor(of: "\(folder)/broken") { dup2(null, descriptor) }
            return name.hasSuffix(".ogg")
        }
        #expect(walk.hidden == ["\(folder)/broken"])
        #expect(walk.problems.map(\.path) == ["\(folder)/broken"] && walk.problems.first?.code == "unreadable")
        #expect(walk.files.map(\.path) == ["\(folder)/a.ogg", "\(folder)/broken/b.ogg"], "what was seen counts")
    }

    /// Whatever order the disk lists them in.
    @Test func whatSeveralLinksLeadToIsFoundByTheFirstOfThem() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try write("\(folder)/zz/a.ogg")
        for name in (10..<60).shuffled() {
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/way \(name)", withDestinationPath: "\(folder)/zz")
        }
        let files = try walk().files
        #expect(files.map(\.path) == ["\(folder)/way 10/a.ogg"])
    }

    @Test func aCircleOfLinksEnds() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try write("\(folder)/in/a.ogg")
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/in/out", withDestinationPath: folder)
        let walk = try walk()
        #expect(walk.files.count == 1 && walk.problems.isEmpty && walk.hidden.isEmpty)
    }
}

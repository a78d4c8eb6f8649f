import FileSystem
import Foundation
import Testing

@Suite struct DurableTests {
    static func temporaryDirectory() throws -> String {
        let path = NSTemporaryDirectory() + "/durable-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    @Test func replacingLeavesOnlyTheNewContent() throws {
        let directory = try Self.temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/file"
        try Durable.replace(path, with: [1, 2, 3], in: directory)
        try Durable.replace(path, with: [4], in: directory)
        #expect(FileManager.default.contents(atPath: path) == Data([4]))
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["file"])
    }

    @Test func refusalsNameTheFile() throws {
        let error = #expect(throws: FileSystemError.self) { try Durable.write([1], to: "/nonexistent/file") }
        #expect(try #require(error).description.contains("/nonexistent/file"))
        #expect(throws: FileSystemError.self) { try Durable.synchronizeDirectory("/nonexistent") }
        #expect(throws: FileSystemError.self) { try Durable.rename("/nonexistent/a", to: "/nonexistent/b") }
    }

    @Test func aLockIsHeldOnceAndLetGo() throws {
        let directory = try Self.temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        func isFree() throws -> Bool { try FileLock.take(directory + "/lock") != nil }
        func isFreeWhileHeld() throws -> Bool {
            let lock = try #require(try FileLock.take(directory + "/lock"))
            return try withExtendedLifetime(lock) { try isFree() }
        }
        #expect(try isFree())
        #expect(try !isFreeWhileHeld())
        #expect(try isFree())
    }
}

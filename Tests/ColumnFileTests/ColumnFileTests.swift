import Foundation
import Testing

@testable import ColumnFile

@Suite struct ColumnFileTests {
    static func sample(spooling: String? = nil) throws -> ColumnFileBuilder {
        var builder = ColumnFileBuilder(spoolingInto: spooling)
        try builder.append(contentsOf: [Int64(3), 5, 9], to: "id")
        try builder.append(Float(1.5), to: "value")
        for text in ["a", "", "längere"] { try builder.appendList(Array(text.utf8), to: "text") }
        try builder.declareList("empty", of: UInt32.self)
        return builder
    }

    static func temporaryDirectory() throws -> String {
        let path = NSTemporaryDirectory() + "/columns-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    @Test func whatWasWrittenReadsBack() throws {
        let file = try ColumnFile(bytes: Self.sample().bytes())
        let ids = try file.column("id", of: Int64.self)
        #expect((0..<ids.count).map { ids[$0] } == [3, 5, 9])
        #expect(ids.row(of: 5) == 1)
        #expect(ids.row(of: 4) == nil)
        #expect(ids.lowerBound(of: 10) == 3)
        #expect(try file.column("value", of: Float.self)[0] == 1.5)
        let texts = try file.lists("text", of: UInt8.self)
        #expect((0..<texts.count).map { texts.string($0) } == ["a", "", "längere"])
        let (same, shorter) = (
            texts.row(2, equals: Array("längere".utf8).span), texts.row(2, equals: Array("länger".utf8).span)
        )
        #expect(same)
        #expect(!shorter)
        #expect(try file.lists("empty", of: UInt32.self).count == 0)
    }

    @Test func spooledFilesAreByteForByteTheSame() throws {
        let directory = try Self.temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        func long(_ spooling: String?) throws -> ColumnFileBuilder {
            var builder = ColumnFileBuilder(spoolingInto: spooling)
            for part in 0..<5 {
                try builder.append(contentsOf: (0..<100_000).map { Int64($0 * part) }, to: "long")
                try builder.appendList((0..<100_000).map { UInt8(truncatingIfNeeded: $0) }, to: "list")
            }
            return builder
        }
        try long(directory).write(to: directory + "/file")
        let written = try Data(contentsOf: URL(fileURLWithPath: directory + "/file"))
        #expect(try Array(written) == long(nil).bytes())
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["file"])
        let file = try ColumnFile(path: directory + "/file")
        #expect(try file.column("long", of: Int64.self).count == 500_000)
        #expect(try file.lists("list", of: UInt8.self)[4].count == 100_000)
    }

    @Test func everyTruncationIsRefused() throws {
        let bytes = try Self.sample().bytes()
        for length in stride(from: 0, to: bytes.count - 1, by: 1) {
            #expect(throws: ColumnFileError.self) {
                let file = try ColumnFile(bytes: Array(bytes[..<length]))
                _ = try file.lists("text", of: UInt8.self)
                _ = try file.lists("empty", of: UInt32.self)
                _ = try file.column("value", of: Float.self)
            }
        }
    }

    @Test func noDamageLeadsOutsideTheFile() throws {
        let original = try Self.sample().bytes()
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            guard let file = try? ColumnFile(bytes: bytes), let texts = try? file.lists("text", of: UInt8.self) else {
                continue
            }
            for row in 0..<texts.count { #expect(texts[row].count <= bytes.count) }
        }
    }

    @Test func foreignAndNewerFilesAreToldApartFromDamage() throws {
        #expect(
            try #require(throws: ColumnFileError.self) { try ColumnFile(bytes: Array("not this".utf8) + [0]) }.code
                == .foreign)
        var newer = try Self.sample().bytes()
        newer[8] = 2
        #expect(try #require(throws: ColumnFileError.self) { try ColumnFile(bytes: newer) }.code == .foreign)
        #expect(try #require(throws: ColumnFileError.self) { try ColumnFile(path: "/nonexistent") }.code == .system)
    }

    @Test func aColumnOfAnotherTypeIsNotFound() throws {
        let file = try ColumnFile(bytes: Self.sample().bytes())
        #expect(throws: ColumnFileError.self) { try file.column("id", of: UInt16.self) }
        #expect(throws: ColumnFileError.self) { try file.column("nothing", of: Int64.self) }
    }
}

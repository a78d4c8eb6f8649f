import Foundation
import Gzip
import Testing

/// Makes and reads small gzip files. Members hold stored blocks, so that every byte of them is known.
enum GzipFixture {
    static func crc32(_ bytes: [UInt8]) -> UInt32 {
        var crc = ~UInt32(0)
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xedb8_8320 : crc >> 1 }
        }
        return ~crc
    }

    static func member(_ bytes: [UInt8]) -> [UInt8] {
        var member: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
        for start in stride(from: 0, through: max(bytes.count - 1, 0), by: 65_535) {
            let block = bytes[start..<min(start + 65_535, bytes.count)]
            let length = UInt16(block.count)
            member.append(start + 65_535 >= bytes.count ? 1 : 0)
            for value in [length, ~length] { member += [UInt8(value & 255), UInt8(value >> 8)] }
            member += block
        }
        for value in [crc32(bytes), UInt32(bytes.count)] {
            for shift in [0, 8, 16, 24] as [UInt32] { member.append(UInt8(truncatingIfNeeded: value >> shift)) }
        }
        return member
    }

    static func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
        let url = FileManager.default.temporaryDirectory.appending(path: "gzip-\(UUID().uuidString)")
        try Data(bytes).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        return try body(url.path())
    }

    static func contents(
        _ bytes: [UInt8], limit: Int = 1 << 30, chunk: Int = 4_096, room: Int = 1_000
    ) throws -> [UInt8] {
        try withFile(bytes) { path in
            var reader = try GzipFileReader(path: path, maximumUnpackedBytes: limit, chunkSize: chunk)
            var all: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: room)
            while case let count = try reader.read(into: &buffer, at: 0), count > 0 { all += buffer[..<count] }
            #expect(reader.bytesConsumed == bytes.count)
            return all
        }
    }
}

/// 200,000 bytes that do not repeat.
private let sample: [UInt8] = (0..<200_000).map { (number: Int) -> UInt8 in
    UInt8(truncatingIfNeeded: (number &* 2_654_435_761) >> 13)
}
/// "hello, hello, hello\n" as `gzip -9n` packs it: a deflated block with matches.
private let deflated: [UInt8] = [
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0xd7, 0x51, 0xc8, 0x40,
    0xa2, 0xb8, 0x00, 0xe7, 0x42, 0x6e, 0x52, 0x14, 0x00, 0x00, 0x00,
]

@Test(arguments: [2, 7, 4_096, 1_000_000])
func plainFilesComeOutAsTheyAre(chunk: Int) throws {
    #expect(try GzipFixture.contents(sample, chunk: chunk) == sample)
    #expect(try GzipFixture.contents([], chunk: chunk) == [])
    #expect(try GzipFixture.contents([0x1f], chunk: chunk) == [0x1f])
}

@Test(arguments: [2, 7, 4_096, 1_000_000])
func compressedFilesAreUnpacked(chunk: Int) throws {
    #expect(try GzipFixture.contents(GzipFixture.member(sample), chunk: chunk) == sample)
    #expect(try GzipFixture.contents(GzipFixture.member([]), chunk: chunk) == [])
}

@Test func deflatedBlocksAreUnpacked() throws {
    let text = Array("hello, hello, hello\n".utf8)
    #expect(try GzipFixture.contents(deflated) == text)
}

@Test(arguments: [2, 3, 100, 1_000_000])
func membersFollowOneAnother(chunk: Int) throws {
    let bytes = GzipFixture.member([1, 2]) + GzipFixture.member([]) + GzipFixture.member(sample)
    #expect(try GzipFixture.contents(bytes, chunk: chunk) == [1, 2] + sample)
}

@Test func zerosAfterTheLastMemberArePadding() throws {
    let bytes = GzipFixture.member([1, 2, 3]) + [UInt8](repeating: 0, count: 5_000)
    #expect(try GzipFixture.contents(bytes) == [1, 2, 3])
}

@Test func otherBytesAfterTheLastMemberAreCorruption() {
    let bytes = GzipFixture.member([1, 2, 3]) + Array("garbage".utf8)
    #expect { try GzipFixture.contents(bytes) } throws: { error in
        if case GzipError.corrupt = error { true } else { false }
    }
}

@Test(arguments: [2, 9, 15, 1_000, 100_000])
func truncationIsNoticedWhereverItHappens(length: Int) {
    let bytes = Array(GzipFixture.member(sample).prefix(length))
    #expect(throws: GzipError.truncated(offset: length)) { try GzipFixture.contents(bytes) }
}

@Test func truncatedChecksumsAreNoticed() {
    let bytes = Array(GzipFixture.member(sample).dropLast())
    #expect(throws: GzipError.truncated(offset: bytes.count)) { try GzipFixture.contents(bytes) }
}

@Test(arguments: [3, 50, 70_000])
func damageIsNoticed(place: Int) {
    var bytes = GzipFixture.member(sample)
    bytes[place] ^= 0x55
    #expect { try GzipFixture.contents(bytes) } throws: { error in
        switch error {
        case GzipError.corrupt, GzipError.truncated: true
        default: false
        }
    }
}

@Test func bombsStopAtTheLimit() throws {
    let bytes = GzipFixture.member([UInt8](repeating: 0, count: 1_000_000))
    #expect(throws: GzipError.tooLarge(limit: 999_999)) { try GzipFixture.contents(bytes, limit: 999_999) }
    #expect(try GzipFixture.contents(bytes, limit: 1_000_000).count == 1_000_000)
}

@Test func theLimitIsForCompressedFilesOnly() throws {
    #expect(try GzipFixture.contents(sample, limit: 10) == sample)
}

@Test func readingGoesOnWhereTheBufferHasRoom() throws {
    try GzipFixture.withFile(Array("abc".utf8)) { path in
        var reader = try GzipFileReader(path: path, maximumUnpackedBytes: 0)
        var buffer = Array("xxxxx".utf8)
        #expect(!reader.isCompressed && reader.fileSize == 3)
        #expect(try reader.read(into: &buffer, at: 2) == 3)
        #expect(buffer == Array("xxabc".utf8))
        #expect(try reader.read(into: &buffer, at: 0) == 0)
    }
}

@Test(arguments: [
    ("/no/such/file", GzipError.notFound), ("/tmp", .isDirectory), ("/dev/null", .notRegular), ("/tmp/a\0b", .notFound),
    ("/dev/null/x", .notFound),
])
func whatIsNoReadableFileIsRefused(path: String, expected: GzipError) {
    #expect(throws: expected) { _ = try GzipFileReader(path: path, maximumUnpackedBytes: 0) }
}

@Test func pipesAreRefusedWithoutWaiting() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "pipe-\(UUID().uuidString)").path()
    #expect(mkfifo(path, 0o600) == 0)
    defer { unlink(path) }
    #expect(throws: GzipError.notRegular) { _ = try GzipFileReader(path: path, maximumUnpackedBytes: 0) }
}

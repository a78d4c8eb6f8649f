import Foundation
import Testing
import VectorIndex

/// Files that are damaged or made to harm: opening them ends in an error or in an index that can be searched.
struct HostileFileTests {
    private let set = VectorSet(count: 60, dimension: 5)

    @Test(arguments: [1, 4, 50])
    func everyTruncationIsRefused(lists: Int) throws {
        try withFile(lists: lists) { path, good in
            for length in 0..<good.count {
                let opened = try opens(Array(good.prefix(length)), at: path)
                #expect(!opened, "length \(length)")
            }
        }
    }

    @Test func everyExtensionIsRefused() throws {
        try withFile(lists: 4) { path, good in
            for extra in [1, 7, 8, 28, 4096, 100_000] {
                let opened = try opens(good + [UInt8](repeating: 0, count: extra), at: path)
                #expect(!opened)
            }
        }
    }

    /// Every bit of everything before the vectors; the first 250 bytes hold all sizes.
    @Test(arguments: [1, 4, 50])
    func everyFlippedBitOfTheHeaderIsRefusedOrHarmless(lists: Int) throws {
        try withFile(lists: lists) { path, good in
            for bit in 0..<min(250, good.count) * 8 {
                var damaged = good
                damaged[bit / 8] ^= 1 << UInt8(bit % 8)
                _ = try opens(damaged, at: path)
            }
        }
    }

    @Test func randomDamageIsRefusedOrHarmless() throws {
        try withFile(lists: 4) { path, good in
            var generator = SeededGenerator(state: 42)
            var refused = 0
            for _ in 0..<3000 {
                refused += try opens(damage(good, &generator), at: path) ? 0 : 1
            }
            #expect(refused > 1000)
        }
    }

    @Test(arguments: [
        UInt64.max, UInt64.max / 2, 1 << 63, 1 << 62, 1 << 61, 1 << 40, 1 << 32, 1 << 31, 1 << 24, 0, 0xffff_ffff,
        0x2000_0000_0000_0001, 0xcccc_cccc_cccc_cccd,
    ])
    func hostileSizesAtAnyPlaceAreRefusedOrHarmless(value: UInt64) throws {
        try withFile(lists: 4) { path, good in
            for offset in 0..<min(280, good.count - 8) {
                var damaged = good
                withUnsafeBytes(of: value.littleEndian) { damaged.replaceSubrange(offset..<offset + 8, with: $0) }
                _ = try opens(damaged, at: path)
            }
        }
    }

    @Test func foreignFilesAreRefusedWithTheirPathInTheMessage() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/foreign"
            for content in ["", "I", "IxF2", "IwFl", "null", "{\"json\": true}", String(repeating: "IwFl", count: 999)]
            {
                try Data(content.utf8).write(to: URL(fileURLWithPath: path))
                for mapped in [false, true] {
                    do {
                        _ = try VectorIndex.open(path: path, memoryMapped: mapped)
                        Issue.record("opened \(content.prefix(20))")
                    } catch VectorIndexError.unusableFile(let message) {
                        #expect(message.contains(path))
                    }
                }
            }
        }
    }

    @Test func aPipeIsRefusedWithoutWaiting() throws {
        try withTemporaryDirectory { directory in
            #expect(mkfifo(directory + "/pipe", 0o600) == 0)
            #expect(throws: VectorIndexError.self) { try VectorIndex.open(path: directory + "/pipe") }
        }
    }

    /// The last eight bytes are an id.
    @Test func idsThatAreNegativeOrStoredTwiceAreRefused() throws {
        try withFile(lists: 1) { path, good in
            var negative = good
            negative[good.count - 1] = 0x80
            let opened = try opens(negative, at: path)
            #expect(!opened)
            let twice = good.dropLast(8) + good.dropLast(8).suffix(8)
            let openedTwice = try opens(Array(twice), at: path)
            #expect(!openedTwice)
        }
    }

    private func damage(_ good: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = good
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: bytes[place] = .random(in: 0...255, using: &generator)
            case 2: bytes.insert(.random(in: 0...255, using: &generator), at: place)
            case 3: bytes.removeSubrange(place..<min(bytes.count, place + 8))
            default: bytes[place..<min(bytes.count, place + 4)] = [0xff, 0xff, 0xff, 0xff].prefix(bytes.count - place)
            }
            if bytes.isEmpty { bytes = [0] }
        }
        return bytes
    }

    /// Whether the bytes open, both ways alike; what opens must be searchable and readable throughout.
    private func opens(_ bytes: [UInt8], at path: String) throws -> Bool {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return try [false, true].map { mapped in
            guard let index = try? VectorIndex.open(path: path, memoryMapped: mapped) else { return false }
            let query = [Float](repeating: 0.5, count: index.dimension)
            let found = try index.search(query.span, k: 100, probes: 3).neighbors
            #expect(found.count <= index.count)
            for neighbor in found {
                #expect(try index.withVector(at: neighbor.location) { $0.count } == index.dimension)
            }
            return true
        }.contains(true)
    }

    private func withFile(lists: Int, _ body: (String, [UInt8]) throws -> Void) throws {
        try withTemporaryDirectory { directory in
            var builder = try makeBuilder(of: set, lists: lists)
            // Fifty lists with a few vectors have their sizes written sparsely.
            let gone = Array(set.ids.dropFirst(10))
            if lists == 50 { try builder.remove(ids: gone.span) }
            try builder.save(to: directory + "/good")
            try body(directory + "/damaged", bytes(of: directory + "/good"))
        }
    }
}

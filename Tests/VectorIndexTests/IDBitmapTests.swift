import Testing
import VectorIndex

struct IDBitmapTests {
    @Test(arguments: [[0], [63], [64], [-1, 0], [5, 200, 5, 64], [Int64.max - 1], [Int64.min, Int64.min + 70], []])
    func aBitmapContainsExactlyItsIDs(ids: [Int64]) throws {
        let bitmap = try IDBitmap(ids: ids)
        #expect(bitmap.count == Set(ids).count && bitmap.isEmpty == ids.isEmpty)
        #expect(ids.allSatisfy(bitmap.contains))
        for id in ids {
            for near in [id &- 1, id &+ 1, id &+ 64, id &- 64] where !ids.contains(near) {
                #expect(!bitmap.contains(near))
            }
        }
    }

    @Test func idsTooFarApartAreRefused() {
        #expect(throws: VectorIndexError.self) { try IDBitmap(ids: [0, 1 << 32]) }
        #expect(throws: VectorIndexError.self) { try IDBitmap(ids: [.min, .max]) }
        #expect(throws: VectorIndexError.self) { try IDBitmap(ids: [.max]) }
    }

    @Test func insertingAndRemovingAreInverse() {
        var bitmap = IDBitmap(covering: 100..<1000)
        bitmap.insert(100)
        bitmap.insert(999)
        #expect(bitmap.count == 2 && bitmap.contains(999))
        bitmap.remove(999)
        bitmap.remove(1_000_000)
        #expect(bitmap.count == 1 && !bitmap.contains(999) && bitmap.contains(100))
    }

    @Test(arguments: [0, 64, 1000, -300] as [Int64])
    func theAlgebraIsThatOfSets(shift: Int64) throws {
        let a = (0..<200).map { Int64($0) * 3 }
        let b = (0..<150).map { Int64($0) * 5 + shift }
        let (first, second) = (try IDBitmap(ids: a), try IDBitmap(ids: b))
        var intersection = first
        intersection.formIntersection(second)
        var difference = first
        difference.subtract(second)
        #expect(members(intersection) == Set(a).intersection(b))
        #expect(members(difference) == Set(a).subtracting(b))
        #expect(members(first.union(second)) == Set(a).union(b))
        #expect(first.union(try IDBitmap(ids: [])) == first)
    }

    private func members(_ bitmap: IDBitmap) -> Set<Int64> {
        Set((Int64(-1000)..<3000).filter(bitmap.contains))
    }
}

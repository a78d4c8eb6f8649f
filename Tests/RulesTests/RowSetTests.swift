import Rules
import Testing

@Suite struct RowSetTests {
    @Test(arguments: [0, 1, 63, 64, 65, 200])
    func theWholeSetHasEveryRowAndNoMore(_ count: Int) {
        let all = RowSet(rowCount: count, all: true)
        #expect(all.count == count)
        #expect(all.inverted.isEmpty)
        #expect(!all.contains(count))
        #expect(!all.contains(-1))
    }

    @Test func operationsAgreeWithThoseOfSets() {
        var generator = SystemRandomNumberGenerator()
        for count in [1, 64, 130] {
            let a = Set((0..<count).filter { _ in Bool.random(using: &generator) })
            let b = Set((0..<count).filter { _ in Bool.random(using: &generator) })
            let (one, other) = (RowSet(rowCount: count) { a.contains($0) }, RowSet(rowCount: count) { b.contains($0) })
            func members(_ set: RowSet) -> Set<Int> {
                var members: Set<Int> = []
                set.forEachRow { members.insert($0) }
                return members
            }
            var (both, either, difference) = (one, one, one)
            both.formIntersection(other)
            either.formUnion(other)
            difference.subtract(other)
            #expect(members(both) == a.intersection(b))
            #expect(members(either) == a.union(b))
            #expect(members(difference) == a.subtracting(b))
            #expect(members(one.inverted) == Set(0..<count).subtracting(a))
            #expect(one.count == a.count)
        }
    }

    @Test(arguments: [0, 1, 63, 64, 65, 300], 0...4 as ClosedRange<UInt64>)
    func onlyTheRowsAmongWhichIsAskedAreTested(_ count: Int, _ seed: UInt64) {
        var draw = RandomTable.Generator(seed: seed)
        let among = RowSet(rowCount: count) { _ in seed > 0 && Int.random(in: 0..<Int(seed + 1), using: &draw) == 0 }
        var asked: [Int] = []
        let thirds = RowSet(among: among) { row in
            asked.append(row)
            return row % 3 == 0
        }
        var members: [Int] = []
        among.forEachRow { members.append($0) }
        #expect(asked == members, "each once, in order")
        #expect(thirds == RowSet(rowCount: count) { among.contains($0) && $0 % 3 == 0 })
    }

    @Test func wordsWithoutRowsAreNotAskedFor() {
        var among = RowSet(rowCount: 400)
        for row in [0, 3, 130, 399] { among.insert(row) }
        var asked: [Int] = []
        let found = RowSet(
            among: among,
            wordsAt: { first in
                asked.append(first)
                return .max
            })
        #expect(asked == [0, 128, 384])
        #expect(found == among, "what is answered beyond the rows does not count")
        #expect(RowSet(among: among, wordsAt: { _ in 0b1000 }).count == 1)
    }
}

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
}

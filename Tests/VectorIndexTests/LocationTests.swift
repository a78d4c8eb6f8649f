import Testing
import VectorIndex

struct LocationTests {
    let set = VectorSet(count: 5000, dimension: 10)

    @Test(arguments: [false, true])
    func everyVectorIsReadBackWhereItIs(mapped: Bool) throws {
        try withIndex(mapped: mapped) { index in
            var ids: [Int64] = []
            var locations: [UInt64] = []
            try index.forEachLocation { id, location in
                ids.append(id)
                locations.append(location)
            }
            #expect(ids == set.ids)
            for (row, location) in locations.enumerated() {
                let vector = try index.withVector(at: location) { vector in (0..<10).map { vector[$0] } }
                #expect(vector == set[row])
            }
        }
    }

    @Test(arguments: [false, true])
    func aNeighborsLocationIsThatOfItsVector(mapped: Bool) throws {
        try withIndex(mapped: mapped) { index in
            for neighbor in try index.search(set[17].span, k: 30, probes: 8).neighbors {
                let copy = try copiedVector(of: index, at: neighbor.location, count: 10)
                #expect(try copy == index.reconstruct(id: neighbor.id))
                #expect(try index.location(of: neighbor.id) == neighbor.location)
            }
        }
    }

    @Test(arguments: [false, true])
    func scoresOfLocationsEqualThoseOfASearch(mapped: Bool) throws {
        try withIndex(mapped: mapped) { index in
            let neighbors = try index.search(set[99].span, k: 211, probes: 8).neighbors
            let (locations, query, none) = (neighbors.map(\.location), set[99], [UInt64]())
            let scores = try index.scores(of: locations.span, query: query.span)
            #expect(scores == neighbors.map(\.score))
            #expect(try index.scores(of: none.span, query: query.span).isEmpty)
        }
    }

    @Test func anUnknownIDHasNoVector() throws {
        let index = try makeIndex(of: set)
        #expect(try index.reconstruct(id: 4) == nil)
        #expect(try index.location(of: -1) == nil)
        #expect(try index.location(of: .max) == nil)
    }

    @Test(arguments: [UInt64.max, 1 << 32, 5000, 0xffff_ffff])
    func aLocationWhereNothingIsIsRefused(location: UInt64) throws {
        let index = try makeIndex(of: set)
        #expect(throws: VectorIndexError.self) { try index.withVector(at: location) { $0.count } }
        let (locations, query) = ([location], set[0])
        #expect(throws: VectorIndexError.self) { try index.scores(of: locations.span, query: query.span) }
    }

    @Test func sizesThatDifferAreRefused() throws {
        let index = try makeIndex(of: set)
        let location = try #require(try index.location(of: set.ids[0]))
        let (locations, query) = ([location], [1, 0] as [Float])
        #expect(throws: VectorIndexError.self) { try index.scores(of: locations.span, query: query.span) }
        #expect(throws: VectorIndexError.self) { try copiedVector(of: index, at: location, count: 9) }
    }

    private func copiedVector(of index: VectorIndex, at location: UInt64, count: Int) throws -> [Float] {
        var copy = [Float](repeating: 0, count: count)
        var span = copy.mutableSpan
        try index.copyVector(at: location, into: &span)
        return copy
    }

    private func withIndex(mapped: Bool, _ body: (VectorIndex) throws -> Void) throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/index"
            try makeBuilder(of: set, lists: 8).save(to: path)
            try body(VectorIndex.open(path: path, memoryMapped: mapped))
        }
    }
}

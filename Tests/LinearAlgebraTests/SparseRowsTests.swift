import Testing

@testable import LinearAlgebra

@Suite struct SparseRowsTests {
    private var sample: SparseRows {
        var rows = SparseRows(columns: 5)
        rows.append([4, 0] as [UInt32])
        rows.append([] as [UInt32])
        rows.append([1, 4, 2] as [UInt32])
        return rows
    }

    @Test func rowsAreAsAppended() {
        #expect(sample.count == 3)
        #expect((0..<3).map(sample.length) == [2, 0, 3])
        #expect(Array(sample.entries[sample.range(2)]) == [1, 4, 2])
    }

    @Test func transposingListsTheRowsOfEachColumn() {
        let turned = sample.transposed
        #expect(turned.count == 5 && turned.columns == 3)
        #expect((0..<5).map { Array(turned.entries[turned.range($0)]) } == [[0], [2], [2], [], [0, 2]])
    }

    @Test func transposingTwiceSortsRows() {
        let twice = sample.transposed.transposed
        #expect((0..<3).map { Array(twice.entries[twice.range($0)]) } == [[0, 4], [], [1, 2, 4]])
    }

    @Test func renumberingKeepsRowsAndOrder() {
        let renumbered = sample.renumbered(by: [0, 2, 1, 9, 0], columns: 3)
        #expect(renumbered.offsets == sample.offsets)
        #expect(renumbered.entries == [0, 0, 2, 0, 1])
        #expect(renumbered.columns == 3)
    }

    @Test func aMatrixWithoutRowsTransposesToEmptyRows() {
        #expect(SparseRows(columns: 2).transposed.count == 2)
        #expect(SparseRows(columns: 0).transposed.count == 0)
    }
}

@Suite struct FactorMatrixTests {
    @Test func theGramMatrixIsTheSumOfOuterProducts() {
        let matrix = Samples.factors(9_001, 5, seed: 1)
        let gram = matrix.gram(threads: 2)
        for row in 0..<5 {
            for column in 0..<5 {
                let sum = (0..<matrix.rows).reduce(0.0) { sum, index in
                    sum + Double(matrix[index].dropFirst(row).first ?? 0)
                        * Double(matrix[index].dropFirst(column).first ?? 0)
                }
                #expect(abs(gram[row, column] - sum) < 1e-2)
                #expect(gram[row, column] == gram[column, row])
            }
        }
    }

    @Test func threadsChangeNotOneBitOfTheGramMatrix() {
        let matrix = Samples.factors(20_000, 7, seed: 1)
        #expect(matrix.gram(threads: 1) == matrix.gram(threads: 5))
    }

    @Test func noRowsHaveAGramMatrixOfZeros() {
        #expect(FactorMatrix(rows: 0, factors: 2).gram() == Matrix(diagonal: [0, 0]))
        #expect(FactorMatrix(rows: 3, factors: 0).gram() == Matrix(diagonal: []))
    }
}

@Suite struct WorkerPoolTests {
    @Test(arguments: [(0, 1), (1, 4), (100, 1), (101, 3), (1_000, 16)])
    func everyPlaceIsInOneChunk(count: Int, threads: Int) {
        var visits = [Int](repeating: 0, count: count)
        visits.withUnsafeMutableBufferPointer { visits in
            nonisolated(unsafe) let places = visits
            WorkerPool(threads: threads).forEachChunk(of: count, size: 10, state: {}) { chunk, range, _ in
                #expect(range.lowerBound == chunk * 10)
                for place in range { places[place] += 1 }
            }
        }
        #expect(visits.allSatisfy { $0 == 1 })
    }
}

import LinearAlgebra
import Testing

@Suite struct SymmetricEigenTests {
    /// A symmetric matrix without structure.
    private func sample(_ size: Int) -> Matrix {
        var matrix = Matrix(diagonal: Array(repeating: 0, count: size))
        for row in 0..<size {
            for column in 0..<size {
                matrix[row, column] = Double((row + 1) * (column + 1) % 7) - Double(row * column % 5)
            }
        }
        return matrix
    }

    @Test func aKnownMatrixHasItsKnownValuesAndVectors() throws {
        let eigen = try SymmetricEigen(of: Matrix(rows: 2, columns: 2, elements: [2, 1, 1, 2]))
        #expect(abs(eigen.values[0] - 1) < 1e-12 && abs(eigen.values[1] - 3) < 1e-12)
        #expect(abs(eigen.vectors[0, 1] - 0.5.squareRoot()) < 1e-12)
        #expect(abs(eigen.vectors[1, 1] - 0.5.squareRoot()) < 1e-12)
    }

    @Test(arguments: [1, 2, 5, 24, 60])
    func applyingTheIdentityRestoresTheMatrix(size: Int) throws {
        let matrix = sample(size)
        let restored = try SymmetricEigen(of: matrix).applying { $0 }
        for (one, other) in zip(matrix.elements, restored.elements) { #expect(abs(one - other) < 1e-9) }
    }

    @Test func valuesAscendAndVectorsAreOrthonormal() throws {
        let eigen = try SymmetricEigen(of: sample(12))
        #expect(eigen.values == eigen.values.sorted())
        let gram = eigen.vectors.transposed.times(eigen.vectors)
        for row in 0..<12 {
            for column in 0..<12 { #expect(abs(gram[row, column] - (row == column ? 1 : 0)) < 1e-12) }
        }
    }

    @Test func theLargestElementOfEachVectorIsPositive() throws {
        let vectors = try SymmetricEigen(of: sample(9)).vectors
        for column in 0..<9 {
            let elements = (0..<9).map { vectors[$0, column] }
            #expect(elements.max { abs($0) < abs($1) } ?? 0 > 0)
        }
    }

    @Test func equalMatricesDecomposeToTheSameBits() throws {
        let first = try SymmetricEigen(of: sample(40))
        #expect(try SymmetricEigen(of: sample(40)) == first)
    }

    @Test func theEmptyMatrixDecomposesToNothing() throws {
        #expect(try SymmetricEigen(of: Matrix(diagonal: [])).values.isEmpty)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func whatIsNotFiniteIsRefused(value: Double) {
        #expect(throws: LinearAlgebraError.notFinite) {
            try SymmetricEigen(of: Matrix(rows: 2, columns: 2, elements: [1, value, value, 1]))
        }
    }

    @Test func whatIsNotSquareIsRefused() {
        #expect(throws: LinearAlgebraError.notSquare(rows: 1, columns: 2)) {
            try SymmetricEigen(of: Matrix(rows: 1, columns: 2, elements: [1, 2]))
        }
    }
}

import LinearAlgebra
import Testing

@Suite struct MatrixSolvingTests {
    private let matrix = Matrix(rows: 3, columns: 3, elements: [4, 2, 0.6, 2, 3, 0.5, 0.6, 0.5, 1])

    private func expectEqual(_ one: Matrix, _ other: Matrix) {
        for (x, y) in zip(one.elements, other.elements) { #expect(abs(x - y) < 1e-12) }
    }

    @Test func theCholeskyFactorTimesItsTransposeIsTheMatrix() throws {
        let factor = try matrix.cholesky()
        expectEqual(factor.times(factor.transposed), matrix)
        #expect(factor[0, 1] == 0 && factor[0, 2] == 0 && factor[1, 2] == 0)
    }

    @Test func aSolutionSolves() throws {
        let solution = try matrix.solve([1, -2, 3])
        for (x, y) in zip(matrix.times(solution), [1.0, -2, 3]) { #expect(abs(x - y) < 1e-12) }
    }

    @Test func theInverseUndoes() throws {
        let general = Matrix(rows: 3, columns: 3, elements: [0, 2, 1, -1, 3, 0, 5, 0, 1])
        expectEqual(try general.inverted().times(general), Matrix(diagonal: [1, 1, 1]))
        expectEqual(try general.times(general.inverted()), Matrix(diagonal: [1, 1, 1]))
    }

    @Test func theDiagonalGrowsByTheValue() {
        let grown = matrix.adding(toDiagonal: 0.5)
        #expect(grown[0, 0] == 4.5 && grown[2, 2] == 1.5 && grown[0, 1] == 2)
    }

    @Test func singularAndIndefiniteMatricesAreRefused() {
        #expect(throws: LinearAlgebraError.self) { try Matrix(diagonal: [1, 0]).inverted() }
        #expect(throws: LinearAlgebraError.self) { try Matrix(diagonal: [1, -1]).cholesky() }
        #expect(throws: LinearAlgebraError.self) { try Matrix(diagonal: [1, -1]).solve([1, 1]) }
    }

    @Test func whatIsNotSquareOrFiniteIsRefused() {
        let wide = Matrix(rows: 1, columns: 2, elements: [1, 1])
        #expect(throws: LinearAlgebraError.notSquare(rows: 1, columns: 2)) { try wide.cholesky() }
        #expect(throws: LinearAlgebraError.notSquare(rows: 1, columns: 2)) { try wide.inverted() }
        #expect(throws: LinearAlgebraError.notSquare(rows: 1, columns: 2)) { try wide.solve([1]) }
        let broken = Matrix(diagonal: [1, .nan])
        #expect(throws: LinearAlgebraError.notFinite) { try broken.cholesky() }
        #expect(throws: LinearAlgebraError.notFinite) { try broken.inverted() }
        #expect(throws: LinearAlgebraError.notFinite) { try Matrix(diagonal: [1, 1]).solve([1, .infinity]) }
    }

    @Test func emptyMatricesHaveEmptyAnswers() throws {
        let empty = Matrix(diagonal: [])
        #expect(try empty.cholesky() == empty)
        #expect(try empty.inverted() == empty)
        #expect(try empty.solve([]).isEmpty)
    }
}

import LinearAlgebra
import Testing

@Suite struct WhiteningTests {
    private let covariance = Matrix(rows: 3, columns: 3, elements: [4, 2, 0.6, 2, 3, 0.5, 0.6, 0.5, 1])

    @Test func whitenedDataAreUncorrelatedAndOfUnitDeviation() throws {
        let transform = try covariance.whitening(ridge: 0)
        let whitened = transform.times(covariance).times(transform.transposed)
        for row in 0..<3 {
            for column in 0..<3 { #expect(abs(whitened[row, column] - (row == column ? 1 : 0)) < 1e-12) }
        }
    }

    @Test func theTransformIsSymmetric() throws {
        let transform = try covariance.whitening(ridge: 0.05)
        for (one, other) in zip(transform.elements, transform.transposed.elements) { #expect(abs(one - other) < 1e-12) }
    }

    @Test func theRidgeIsAFractionOfTheMeanDiagonal() {
        let ridged = covariance.ridged(by: 0.3)
        #expect(abs(ridged[0, 0] - 4.8) < 1e-12)
        #expect(ridged[0, 1] == 2)
    }

    @Test func aDirectionWithoutVarianceNeedsTheRidge() throws {
        let flat = Matrix(diagonal: [1, 0])
        #expect(throws: LinearAlgebraError.self) { try flat.whitening(ridge: 0) }
        let transform = try flat.whitening(ridge: 0.05)
        #expect(transform.elements.allSatisfy { $0.isFinite })
        #expect(abs(transform[1, 1] - 1 / 0.025.squareRoot()) < 1e-12)
    }

    @Test func noVarianceAtAllIsAnErrorThatNamesTheMend() {
        let error = #expect(throws: LinearAlgebraError.self) { try Matrix(diagonal: [0, 0]).whitening(ridge: 0.05) }
        #expect(error?.description.contains("ridge") == true)
    }

    @Test func onlySquareMatricesWhiten() {
        #expect(throws: LinearAlgebraError.notSquare(rows: 1, columns: 2)) {
            try Matrix(rows: 1, columns: 2, elements: [1, 1]).whitening(ridge: 0.05)
        }
    }
}

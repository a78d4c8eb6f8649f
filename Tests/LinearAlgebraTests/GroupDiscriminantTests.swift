import LinearAlgebra
import Testing

@Suite struct GroupDiscriminantTests {
    /// Groups that differ in the first of four columns and vary most in the second.
    private func groups(_ count: Int = 40) -> [[Double]] {
        (0..<count).map { group in
            let noise = Samples.numbers(4 * (5 + group % 7), seed: UInt64(group))
            return noise.enumerated().map { index, value in
                [1, 5, 2, 0.5][index % 4] * value + (index % 4 == 0 ? Double(group % 5) : 0)
            }
        }
    }

    private func fitted(_ groups: [[Double]]) throws -> GroupDiscriminant {
        var result = GroupDiscriminant(dimension: 4)
        for group in groups { try result.add(group: group) }
        return result
    }

    /// Mean within-covariance and corrected between-covariance, written down directly.
    private func scatter(_ groups: [[Double]]) -> (within: Matrix, between: Matrix) {
        func covariance(_ rows: [[Double]]) -> Matrix {
            let mean = (0..<4).map { column in rows.reduce(0) { $0 + $1[column] } / Double(rows.count) }
            var result = Matrix(diagonal: [0, 0, 0, 0])
            for (row, column) in (0..<16).map({ ($0 / 4, $0 % 4) }) {
                for vector in rows {
                    result[row, column] += (vector[row] - mean[row]) * (vector[column] - mean[column])
                }
                result[row, column] /= Double(rows.count - 1)
            }
            return result
        }
        let rows = groups.map { group in
            stride(from: 0, to: group.count, by: 4).map { Array(group[$0..<$0 + 4]) }
        }
        let count = Double(groups.count)
        let within = rows.map(covariance).reduce(Matrix(diagonal: [0, 0, 0, 0])) { sum, one in
            Matrix(rows: 4, columns: 4, elements: zip(sum.elements, one.elements).map { $0 + $1 / count })
        }
        let means = rows.map { group in
            (0..<4).map { column in group.reduce(0) { $0 + $1[column] } / Double(group.count) }
        }
        let share = rows.reduce(0) { $0 + 1 / Double($1.count) } / count
        let between = zip(covariance(means).elements, within.elements).map { $0 - share * $1 }
        return (within, Matrix(rows: 4, columns: 4, elements: between))
    }

    @Test func bothSpreadsBecomeDiagonalAndTheirRatioIsTheGain() throws {
        let groups = groups()
        let transform = try fitted(groups).transform(ridge: 0, shrinkage: 0)
        let (within, between) = scatter(groups)
        let (spread, apart) = (
            transform.transposed.times(within).times(transform), transform.transposed.times(between).times(transform)
        )
        for row in 0..<4 {
            for column in 0..<4 where row != column {
                #expect(abs(spread[row, column]) < 1e-9 && abs(apart[row, column]) < 1e-9)
            }
            // T scales eigenvector j by lambda^1/4: lambda^1/2 within, lambda^3/2 between.
            let ratio = apart[row, row] / spread[row, row]
            #expect(abs(spread[row, row] - max(ratio, 1e-6).squareRoot()) < 1e-9)
        }
    }

    @Test func theDirectionInWhichGroupsDifferComesOutLargest() throws {
        let transform = try fitted(groups()).transform(ridge: 0.05, shrinkage: 0)
        // Eigenvalues ascend, so the last column is the strongest direction: the first column of the input.
        let strongest = (0..<4).map { abs(transform[$0, 3]) }
        #expect(strongest[0] == strongest.max())
    }

    @Test func theTransformIsInvertible() throws {
        let transform = try fitted(groups()).transform(ridge: 0.05, shrinkage: 0)
        let one = try transform.inverted().times(transform)
        for row in 0..<4 { #expect(abs(one[row, row] - 1) < 1e-9) }
    }

    @Test func aColumnThatNeverVariesIsHarmless() throws {
        let flat = groups().map { group in group.enumerated().map { $0 % 4 == 2 ? 7 : $1 } }
        let transform = try fitted(flat).transform(ridge: 0.05, shrinkage: 0)
        #expect(transform.elements.allSatisfy { $0.isFinite })
        #expect(try transform.inverted().elements.allSatisfy { $0.isFinite })
    }

    @Test func groupsWithoutAnySpreadHaveNoTransform() throws {
        let equal = (0..<40).map { group in Array(repeating: Double(group), count: 20) }
        let discriminant = try fitted(equal)
        #expect(discriminant.groups == 40)
        #expect(throws: LinearAlgebraError.self) { try discriminant.transform(ridge: 0.05, shrinkage: 0) }
    }

    @Test func anInfinityIsRefusedAndChangesNothing() throws {
        var discriminant = try fitted(groups())
        let before = try discriminant.transform(ridge: 0.05, shrinkage: 0)
        #expect(throws: LinearAlgebraError.notFinite) {
            try discriminant.add(group: [.infinity, 0, 0, 0, 1, 1, 1, 1])
        }
        #expect(try discriminant.transform(ridge: 0.05, shrinkage: 0) == before)
    }

    @Test func fewGroupsAreShrunkTowardsPlainWhitening() throws {
        var discriminant = try fitted(Array(groups()[..<2]))
        let population = Samples.numbers(4_000, seed: 5).enumerated().map { [1, 3, 2, 0.5][$0 % 4] * $1 }
        try discriminant.add(population: Array(population[..<2_000]))
        try discriminant.add(population: Array(population[2_000...]))
        let transform = try discriminant.transform(ridge: 0, shrinkage: 1e9)
        let rows = stride(from: 0, to: 4_000, by: 4).map { Array(population[$0..<$0 + 4]) }
        var running = RunningCovariance(dimension: 4)
        for row in rows { try running.add(row) }
        let whitened = transform.transposed.times(running.covariance()).times(transform)
        for row in 0..<4 {
            for column in 0..<4 where row != column { #expect(abs(whitened[row, column]) < 1e-6 * whitened[0, 0]) }
            #expect(abs(whitened[row, row] / whitened[0, 0] - 1) < 1e-6)
        }
    }

    @Test func oneGroupIsEnoughWithAPopulation() throws {
        var discriminant = try fitted([groups()[0]])
        try discriminant.add(population: Samples.numbers(400, seed: 5))
        let transform = try discriminant.transform(ridge: 0.05, shrinkage: 100)
        #expect(transform.elements.allSatisfy { $0.isFinite })
        #expect(throws: LinearAlgebraError.notFinite) { try discriminant.add(population: [0, 0, .nan, 0]) }
        #expect(try discriminant.transform(ridge: 0.05, shrinkage: 100) == transform)
    }
}

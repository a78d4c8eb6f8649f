import LinearAlgebra
import Testing

@Suite struct RunningCovarianceTests {
    private func fitted(_ rows: [[Double]]) throws -> RunningCovariance {
        var running = RunningCovariance(dimension: rows[0].count)
        for row in rows { try running.add(row) }
        return running
    }

    @Test func meanAndCovarianceAgreeWithTwoPasses() throws {
        let rows = (0..<50).map { (index: Int) -> [Double] in
            let numbers: [Int] = [index * index % 17, index % 5 - 2, 3 * index % 11]
            return numbers.map { Double($0) }
        }
        let running = try fitted(rows)
        let covariance = running.covariance()
        let deviations = (0..<3).map { (column: Int) -> [Double] in
            let values = rows.map { $0[column] }
            let mean = values.reduce(0, +) / 50
            #expect(abs(running.mean[column] - mean) < 1e-12)
            return values.map { (value: Double) -> Double in value - mean }
        }
        for i in 0..<3 {
            for j in 0..<3 {
                let expected = zip(deviations[i], deviations[j]).map { $0 * $1 }.reduce(0, +) / 50
                #expect(abs(covariance[i, j] - expected) < 1e-12)
            }
        }
    }

    @Test func aLargeMeanDoesNotDrownASmallDeviation() throws {
        let running = try fitted((0..<1_000).map { [1e9 + Double($0 % 2), 1] })
        #expect(abs(running.covariance()[0, 0] - 0.25) < 1e-6)
    }

    @Test func fewerThanTwoVectorsHaveNoCovariance() throws {
        #expect(RunningCovariance(dimension: 2).covariance().elements == [0, 0, 0, 0])
        #expect(try fitted([[3, 4]]).covariance().elements == [0, 0, 0, 0])
        #expect(try fitted([[3, 4]]).mean == [3, 4])
    }

    @Test func whatIsNotFiniteIsRefusedAndChangesNothing() throws {
        var running = try fitted([[1, 2], [3, 4]])
        let before = running.covariance()
        #expect(throws: LinearAlgebraError.notFinite) { try running.add([.nan, 0]) }
        #expect(running.count == 2)
        #expect(running.covariance() == before)
    }
}

import LinearAlgebra
import Testing

/// Inputs that a simple generator of the tests' own decides.
enum Samples {
    /// Numbers from -1 to 1 (a linear congruential generator; Knuth's MMIX constants).
    static func numbers(_ count: Int, seed: UInt64) -> [Double] {
        var state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 33) / Double(UInt32.max >> 1) * 2 - 1
        }
    }

    static func factors(_ rows: Int, _ factors: Int, seed: UInt64) -> FactorMatrix {
        FactorMatrix(rows: rows, factors: factors, elements: numbers(rows * factors, seed: seed).map(Float.init))
    }

    /// A row of each length, its entries spread over the columns by a stride.
    static func rows(_ lengths: [Int], columns: Int) -> SparseRows {
        var result = SparseRows(columns: columns)
        for (row, length) in lengths.enumerated() {
            // Strides without a divisor in common with the number of columns meet every column once.
            let stride = [1, 7, 11, 13].filter { columns % $0 != 0 || $0 == 1 }.randomlessElement(row)
            result.append((0..<length).map { UInt32((row * 3 + $0 * stride) % columns) })
        }
        return result
    }
}

extension [Int] {
    fileprivate func randomlessElement(_ number: Int) -> Int { self[number % count] }
}

/// The same least squares, written down directly: dense, in double precision, by Gaussian elimination.
enum DenseLeastSquares {
    static func solve(
        _ fixed: FactorMatrix, _ entries: [Int], _ confidence: [Double], regularization: Double
    ) -> [Double] {
        let size = fixed.factors
        var system = (0..<size).map { row in (0..<size).map { $0 == row ? regularization : 0 } + [0] }
        let weights = Dictionary(uniqueKeysWithValues: zip(entries, confidence))
        for item in 0..<fixed.rows {
            let vector = fixed[item].map(Double.init)
            let weight = weights[item] ?? 1
            for row in 0..<size {
                for column in 0..<size { system[row][column] += weight * vector[row] * vector[column] }
                if weights[item] != nil { system[row][size] += weight * vector[row] }
            }
        }
        return eliminated(system)
    }

    private static func eliminated(_ system: [[Double]]) -> [Double] {
        var system = system
        let size = system.count
        for pivot in 0..<size {
            for row in 0..<size where row != pivot {
                let factor = system[row][pivot] / system[pivot][pivot]
                for column in pivot...size { system[row][column] -= factor * system[pivot][column] }
            }
        }
        return (0..<size).map { system[$0][size] / system[$0][$0] }
    }

    static func loss(
        _ observed: SparseRows, _ confidence: [Float], _ rows: FactorMatrix, _ columns: FactorMatrix,
        regularization: Double
    ) -> Double {
        var loss = 0.0
        for row in 0..<rows.rows {
            let entries = Set(observed.entries[observed.range(row)].map(Int.init))
            for column in 0..<columns.rows {
                let score = zip(rows[row], columns[column]).reduce(0) { $0 + Double($1.0) * Double($1.1) }
                let isEntry = entries.contains(column)
                let error = (isEntry ? 1 : 0) - score
                loss += (isEntry ? Double(confidence[row]) : 1) * error * error
            }
        }
        return loss + regularization * (rows.elements + columns.elements).reduce(0) { $0 + Double($1) * Double($1) }
    }
}

func expectClose(_ values: [Float], _ expected: [Double], within tolerance: Double = 1e-4) {
    #expect(values.count == expected.count)
    let size = max(expected.map(abs).max() ?? 0, 1e-3)
    for (value, expected) in zip(values, expected) { #expect(abs(Double(value) - expected) < tolerance * size) }
}

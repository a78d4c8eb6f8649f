internal import COpenBLAS

extension FactorMatrix {
    /// Rows whose products are summed in single precision before they go into the double precision sum.
    static let gramChunk = 4_096

    /// Y'Y, factors x factors; the same to the last bit whatever the number of threads.
    public func gram(threads: Int = 1) -> Matrix {
        _ = BLASThreads.single
        let size = factors * factors
        let chunks = (rows + Self.gramChunk - 1) / Self.gramChunk
        var partial = [Float](repeating: 0, count: chunks * size)
        partial.withUnsafeMutableBufferPointer { partial in
            elements.withUnsafeBufferPointer { elements in
                // Every chunk writes its own part of `partial`.
                nonisolated(unsafe) let (source, target) = (elements.baseAddress, partial.baseAddress)
                WorkerPool(threads: threads).forEachChunk(of: rows, size: Self.gramChunk, state: {}) {
                    chunk, range, _ in
                    guard let source, let target, factors > 0 else { return }
                    cblas_ssyrk(
                        CblasRowMajor, CblasUpper, CblasTrans, Int32(factors), Int32(range.count), 1,
                        source + range.lowerBound * factors, Int32(factors), 0, target + chunk * size, Int32(factors))
                }
            }
        }
        return symmetricSum(of: partial, chunks: chunks)
    }

    /// The sum of the chunks' upper triangles, in order, mirrored.
    private func symmetricSum(of partial: [Float], chunks: Int) -> Matrix {
        var sum = Matrix(rows: factors, columns: factors, elements: Array(repeating: 0, count: factors * factors))
        for chunk in 0..<chunks {
            for row in 0..<factors {
                for column in row..<factors {
                    sum[row, column] += Double(partial[(chunk * factors + row) * factors + column])
                }
            }
        }
        for row in 0..<factors {
            for column in 0..<row { sum[row, column] = sum[column, row] }
        }
        return sum
    }
}

internal import COpenBLAS

/// Fixed factors Y in the basis in which their Gram matrix plus the ridge is the identity: Z = Y L^-T, where
/// Y'Y + ridge I = L L'.
///
/// In this basis the normal equations of a row with m entries are I plus a matrix of rank m, so that a short row is
/// solved by an m x m system instead of a factors x factors one (Woodbury's identity), and single precision is enough,
/// because the identity bounds the condition from below.
struct WhitenedFactors {
    let factors: Int
    /// Z, each row multiplied by its scale.
    private(set) var basis: FactorMatrix
    /// L in single precision, row-major, zeros above the diagonal.
    let triangle: [Float]

    /// - Parameter scales: one factor for each row, or nil for 1.
    /// - Throws: what `Matrix.cholesky` throws.
    init(_ fixed: FactorMatrix, ridge: Double, scales: [Float]?, threads: Int) throws(LinearAlgebraError) {
        factors = fixed.factors
        basis = fixed
        triangle = try fixed.gram(threads: threads).adding(toDiagonal: ridge).cholesky().elements.map(Float.init)
        whiten(scales, threads: threads)
    }

    private mutating func whiten(_ scales: [Float]?, threads: Int) {
        let (factors, rows) = (factors, basis.rows)
        triangle.withUnsafeBufferPointer { triangle in
            basis.elements.withUnsafeMutableBufferPointer { elements in
                // Every chunk changes its own rows.
                nonisolated(unsafe) let (source, target) = (triangle.baseAddress, elements.baseAddress)
                WorkerPool(threads: threads).forEachChunk(of: rows, size: 1_024, state: {}) { _, range, _ in
                    guard let source, let target else { return }
                    let start = target + range.lowerBound * factors
                    cblas_strsm(
                        CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, Int32(range.count),
                        Int32(factors), 1, source, Int32(factors), start, Int32(factors))
                    guard let scales else { return }
                    for (row, scale) in zip(0..., scales[range]) {
                        for index in row * factors..<(row + 1) * factors { start[index] *= scale }
                    }
                }
            }
        }
    }

    /// Brings `count` solutions back from the whitened basis, in place: x = L^-T x.
    func unwhiten(_ solutions: UnsafeMutablePointer<Float>, count: Int) {
        triangle.withUnsafeBufferPointer { triangle in
            cblas_strsm(
                CblasRowMajor, CblasRight, CblasLower, CblasNoTrans, CblasNonUnit, Int32(count), Int32(factors), 1,
                triangle.baseAddress, Int32(factors), solutions, Int32(factors))
        }
    }
}

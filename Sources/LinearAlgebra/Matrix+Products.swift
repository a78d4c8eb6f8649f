internal import COpenBLAS

extension Matrix {
    /// The matrix product of self (m x k) and `other` (k x n): m x n.
    public func times(_ other: Matrix) -> Matrix {
        precondition(columns == other.rows, "inner dimensions differ: \(columns) and \(other.rows)")
        var product = [Double](repeating: 0, count: rows * other.columns)
        // BLAS refuses leading dimensions of zero, and the product of empty matrices is known.
        if !product.isEmpty && columns > 0 {
            _ = BLASThreads.single
            cblas_dgemm(
                CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(other.columns), Int32(columns), 1,
                elements, Int32(columns), other.elements, Int32(other.columns), 0, &product, Int32(other.columns))
        }
        return Matrix(rows: rows, columns: other.columns, elements: product)
    }

    /// The product of self (m x n) and a column vector of n elements: m elements.
    public func times(_ vector: [Double]) -> [Double] {
        precondition(columns == vector.count, "a vector of \(columns) elements is needed, this has \(vector.count)")
        var product = [Double](repeating: 0, count: rows)
        if rows > 0 && columns > 0 {
            _ = BLASThreads.single
            cblas_dgemv(
                CblasRowMajor, CblasNoTrans, Int32(rows), Int32(columns), 1, elements, Int32(columns), vector, 1, 0,
                &product, 1)
        }
        return product
    }
}

/// The inner product of two vectors of equal length.
public func dot(_ x: Span<Float>, _ y: Span<Float>) -> Float {
    precondition(x.count == y.count, "an inner product needs vectors of equal length")
    _ = BLASThreads.single
    return x.withUnsafeBufferPointer { x in
        y.withUnsafeBufferPointer { y in
            cblas_sdot(Int32(x.count), x.baseAddress, 1, y.baseAddress, 1)
        }
    }
}

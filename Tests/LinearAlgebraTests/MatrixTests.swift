import LinearAlgebra
import Testing

@Suite struct MatrixTests {
    @Test func elementsAreInRowMajorOrder() {
        let matrix = Matrix(rows: 2, columns: 3, elements: [1, 2, 3, 4, 5, 6])
        #expect(matrix[0, 2] == 3)
        #expect(matrix[1, 0] == 4)
        #expect(matrix.transposed == Matrix(rows: 3, columns: 2, elements: [1, 4, 2, 5, 3, 6]))
    }

    @Test func traceSumsTheDiagonal() {
        #expect(Matrix(rows: 2, columns: 2, elements: [1, 9, 9, 4]).trace == 5)
        #expect(Matrix(diagonal: [2, 3]) == Matrix(rows: 2, columns: 2, elements: [2, 0, 0, 3]))
    }

    @Test func productsAgreeWithArithmeticByHand() {
        let a = Matrix(rows: 2, columns: 3, elements: [1, 2, 3, 4, 5, 6])
        let b = Matrix(rows: 3, columns: 2, elements: [7, 8, 9, 10, 11, 12])
        #expect(a.times(b) == Matrix(rows: 2, columns: 2, elements: [58, 64, 139, 154]))
        #expect(a.times([1, 0, -1]) == [-2, -2])
    }

    @Test func productsOfEmptyMatricesAreZeros() {
        let narrow = Matrix(rows: 2, columns: 0, elements: [])
        #expect(narrow.times(narrow.transposed) == Matrix(rows: 2, columns: 2, elements: [0, 0, 0, 0]))
        #expect(narrow.times([]) == [0, 0])
    }

    @Test func dotMultipliesAndSums() {
        let x: [Float] = [1, -2, 3, 0.5]
        let y: [Float] = [4, 5, 6, 2]
        let product = dot(x.span, y.span)
        #expect(product == 13)
        let empty: [Float] = []
        let nothing = dot(empty.span, empty.span)
        #expect(nothing == 0)
    }
}

import Testing

@testable import LinearAlgebra

@Suite struct ImplicitFactorizationTests {
    private func factorization(factors: Int, sweeps: Int = 1, threads: Int = 1) -> ImplicitFactorization {
        ImplicitFactorization(factors: factors, regularization: 0.5, sweeps: sweeps, threads: threads)
    }

    /// Rows of no, one, few, as many as factors, and many entries, the last in several batches.
    @Test(arguments: [1, 5, 8, 24])
    func everyRowSolvesItsNormalEquations(factors: Int) throws {
        let lengths = [0, 1, 2, factors - 1, factors, factors + 1, 300, 700]
        let observed = Samples.rows(lengths, columns: 800)
        let columns = Samples.factors(800, factors, seed: 2)
        let confidence = lengths.indices.map { 1.5 + Float($0) }
        let solved = try factorization(factors: factors).solveRows(
            of: observed, confidence: confidence, columns: columns)
        for row in 0..<observed.count {
            let entries = observed.entries[observed.range(row)].map(Int.init)
            let expected = DenseLeastSquares.solve(
                columns, entries, entries.map { _ in Double(confidence[row]) }, regularization: 0.5)
            expectClose(Array(solved[row]), expected)
        }
    }

    @Test(arguments: [3, 12])
    func columnsAreSolvedWithTheConfidenceOfTheirRows(factors: Int) throws {
        let observed = Samples.rows((0..<300).map { $0 % 17 }, columns: 40)
        let rows = Samples.factors(300, factors, seed: 3)
        let confidence = (0..<300).map { 1.2 + Float($0 % 9) }
        let solved = try factorization(factors: factors).solveColumns(
            of: observed.transposed, confidence: confidence, rows: rows)
        for column in 0..<40 {
            let entries = (0..<300).filter { observed.entries[observed.range($0)].contains(UInt32(column)) }
            let expected = DenseLeastSquares.solve(
                rows, entries, entries.map { Double(confidence[$0]) }, regularization: 0.5)
            expectClose(Array(solved[column]), expected)
        }
    }

    @Test func theShortFormAndTheLongFormAgree() throws {
        // The same row once by itself and once with entries whose vectors are zero, which change nothing but its length.
        let factors = 16
        var elements = Samples.factors(60, factors, seed: 5).elements
        for index in 30 * factors..<60 * factors { elements[index] = 0 }
        var observed = SparseRows(columns: 60)
        observed.append([1, 4, 9, 16, 25] as [UInt32])
        observed.append([1, 4, 9, 16, 25] + (30..<60).map(UInt32.init))
        let solved = try factorization(factors: factors).solveRows(
            of: observed, confidence: [5, 5], columns: FactorMatrix(rows: 60, factors: factors, elements: elements))
        for (short, long) in zip(solved[0], solved[1]) { #expect(abs(short - long) < 1e-5) }
    }

    @Test func everyHalfSweepLowersTheLoss() throws {
        let observed = Samples.rows((0..<60).map { 2 + $0 % 11 }, columns: 50)
        let confidence = (0..<60).map { 2 + Float($0 % 5) }
        let method = factorization(factors: 6)
        var columns = Samples.factors(50, 6, seed: 9)
        var rows = FactorMatrix(rows: 60, factors: 6)
        var last = Double.infinity
        for _ in 0..<8 {
            rows = try method.solveRows(of: observed, confidence: confidence, columns: columns)
            let half = DenseLeastSquares.loss(observed, confidence, rows, columns, regularization: 0.5)
            columns = try method.solveColumns(of: observed.transposed, confidence: confidence, rows: rows)
            let loss = DenseLeastSquares.loss(observed, confidence, rows, columns, regularization: 0.5)
            #expect(half <= last * 1.000_001 && loss <= half * 1.000_001)
            last = loss
        }
    }

    @Test func aRunIsItsHalfSweepsInTurn() throws {
        let observed = Samples.rows((0..<60).map { 2 + $0 % 11 }, columns: 50)
        let confidence = [Float](repeating: 5, count: 60)
        let start = Samples.factors(50, 6, seed: 9)
        let method = factorization(factors: 6, sweeps: 2)
        var columns = start
        var rows = FactorMatrix(rows: 0, factors: 6)
        for _ in 0..<2 {
            rows = try method.solveRows(of: observed, confidence: confidence, columns: columns)
            columns = try method.solveColumns(of: observed.transposed, confidence: confidence, rows: rows)
        }
        var told: [Double] = []
        let run = try method.run(observed, confidence: confidence, start: start) { told.append($0) }
        #expect(run.rows == rows && run.columns == columns)
        #expect(told == [0.25, 0.5, 0.75, 1])
    }

    @Test(arguments: [2, 3, 7])
    func threadsChangeNotOneBit(threads: Int) throws {
        // More rows than a chunk of the Gram matrix has.
        let observed = Samples.rows((0..<9_000).map { 1 + $0 % 6 }, columns: 500)
        let confidence = (0..<9_000).map { 2 + Float($0 % 4) }
        let start = Samples.factors(500, 8, seed: 4)
        let one = try factorization(factors: 8, sweeps: 2).run(observed, confidence: confidence, start: start)
        let many = try factorization(factors: 8, sweeps: 2, threads: threads).run(
            observed, confidence: confidence, start: start)
        #expect(one.rows.elements.map(\.bitPattern) == many.rows.elements.map(\.bitPattern))
        #expect(one.columns.elements.map(\.bitPattern) == many.columns.elements.map(\.bitPattern))
    }

    @Test func confidenceIsAtLeastThatOfAnAbsence() throws {
        let observed = Samples.rows([5, 5], columns: 20)
        let columns = Samples.factors(20, 4, seed: 1)
        let method = factorization(factors: 4)
        let low = try method.solveRows(of: observed, confidence: [0, -3], columns: columns)
        let least = try method.solveRows(
            of: observed, confidence: [ImplicitFactorization.leastConfidence, ImplicitFactorization.leastConfidence],
            columns: columns)
        #expect(low == least)
        let turned = try method.solveColumns(of: observed.transposed, confidence: [0, 0], rows: low)
        #expect(turned.elements.allSatisfy { $0.isFinite })
    }

    @Test func aRowOfEverythingAndARepeatedRowAreFinite() throws {
        let all = [UInt32](0..<2_000)
        var observed = SparseRows(columns: 2_000)
        for _ in 0..<50 { observed.append(all) }
        let run = try factorization(factors: 12, sweeps: 5).run(
            observed, confidence: Array(repeating: 5, count: 50), start: Samples.factors(2_000, 12, seed: 8))
        #expect(run.rows.elements.allSatisfy { $0.isFinite } && run.columns.elements.allSatisfy { $0.isFinite })
        let score = zip(run.rows[0], run.columns[77]).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(score - 1) < 0.1)
    }

    @Test func whatIsNotFiniteIsRefused() {
        var elements = Samples.factors(20, 4, seed: 1).elements
        elements[7] = .nan
        let start = FactorMatrix(rows: 20, factors: 4, elements: elements)
        #expect(throws: LinearAlgebraError.notFinite) {
            try factorization(factors: 4).run(Samples.rows([3], columns: 20), confidence: [5], start: start)
        }
    }

    @Test func nothingObservedGivesNothing() throws {
        let run = try factorization(factors: 4).run(
            SparseRows(columns: 0), confidence: [], start: FactorMatrix(rows: 0, factors: 4))
        #expect(run.rows.rows == 0 && run.columns.rows == 0)
    }
}

@Suite struct FixedFactorsTests {
    @Test func foldingInIsSolvingOneMoreRow() throws {
        let observed = Samples.rows([0, 1, 4, 9, 40], columns: 60)
        let columns = Samples.factors(60, 8, seed: 6)
        let solved = try ImplicitFactorization(factors: 8, regularization: 0.5, sweeps: 1, threads: 1).solveRows(
            of: observed, confidence: [5, 5, 5, 5, 5], columns: columns)
        let fixed = FixedFactors(columns, regularization: 0.5)
        for row in 0..<observed.count {
            let entries = observed.entries[observed.range(row)]
            let folded = try fixed.solve(
                entries.flatMap { columns[Int($0)] }, confidence: Array(repeating: 5, count: entries.count))
            for (x, y) in zip(folded, solved[row]) { #expect(abs(x - y) < 1e-4 * max(1, abs(y))) }
        }
    }

    @Test func infiniteEntriesAreRefused() {
        let fixed = FixedFactors(Samples.factors(10, 2, seed: 6), regularization: 0.5)
        #expect(throws: LinearAlgebraError.notFinite) { try fixed.solve([.infinity, 0], confidence: [5]) }
    }
}

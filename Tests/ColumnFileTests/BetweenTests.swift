import ColumnFile
import Testing

@Suite("Sixty-four comparisons at once") struct BetweenTests {
    private static let values: [Float] = [
        0, -0.0, 1, -1, 0.5, .nan, .infinity, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 1999,
        Float(1).nextUp, Float(1).nextDown,
    ]

    private func column(_ values: [Float]) throws -> Column<Float> {
        var builder = ColumnFileBuilder(spoolingInto: nil)
        try builder.append(contentsOf: values, to: "x")
        return try ColumnFile(bytes: builder.bytes()).column("x", of: Float.self)
    }

    @Test(arguments: [1, 63, 64, 65, 127, 200])
    func eachBitIsOneComparison(_ count: Int) throws {
        let values = (0..<count).map { Self.values[($0 * 7 + $0 / 13) % Self.values.count] }
        let column = try column(values)
        for lower in Self.values where !lower.isNaN {
            for upper in Self.values where !upper.isNaN {
                for row in [0, 1, 37, count - 1] where row < count {
                    let bits = column.between(lower, upper, from: row)
                    for place in 0..<64 {
                        let value = row + place < count ? values[row + place] : .nan
                        #expect((bits >> UInt64(place) & 1 == 1) == (value >= lower && value <= upper))
                    }
                }
            }
        }
    }

    @Test func rowsThatAreNotThereAreNowhere() throws {
        let column = try column([1, 2])
        #expect(column.between(-.infinity, .infinity, from: 0) == 0b11)
        #expect(column.between(-.infinity, .infinity, from: 2) == 0)
        #expect(column.between(-.infinity, .infinity, from: -1) == 0)
        #expect(try self.column([]).between(0, 1, from: 0) == 0)
    }
}

/// Sixteen neighbouring values, each worked on alike.
typealias Lanes = SIMD16<Float>

/// Finds the values in the middle of many, lane by lane, by forgetful selection: of n values that are held, the least and
/// the greatest cannot be in the middle of N as soon as n > (N + m) / 2, m being how many make the middle.
struct MiddleValues {
    /// The most that is ever held, for 31 values.
    private static let room = 17

    private var held = InlineArray<17, Lanes>(repeating: Lanes())

    /// Keeps the `middle` values in the middle of `count`; both are even or both odd, and at most 31.
    mutating func keep(_ middle: Int, of count: Int, _ value: (Int) -> Lanes) {
        var size = (count + middle) / 2 + 1
        precondition(size <= Self.room && (count - middle) % 2 == 0)
        for index in 0..<size { held[index] = value(index) }
        for following in size..<count {
            dropExtremes(of: size)
            size -= 1
            held[0] = value(following)
        }
        dropExtremes(of: size)
    }

    /// One of the values that were kept, from 0, in no order.
    subscript(_ index: Int) -> Lanes { held[index + 1] }

    /// Leaves at places 1 to `count` - 2, lane by lane, what is neither the least nor the greatest of the first `count`.
    private mutating func dropExtremes(of count: Int) {
        let (first, last) = (held[0], held[count - 1])
        var least = first.replacing(with: last, where: last .< first)
        var greatest = last.replacing(with: first, where: last .< first)
        for index in 1..<count - 1 {
            let value = held[index]
            let isLess = value .< least
            let rest = value.replacing(with: least, where: isLess)
            least = least.replacing(with: value, where: isLess)
            let isGreater = rest .> greatest
            held[index] = rest.replacing(with: greatest, where: isGreater)
            greatest = greatest.replacing(with: rest, where: isGreater)
        }
    }
}

public import Foundation

/// One way of damaging a file, the same for the same seed: cut short, bits turned over, bytes of the head replaced, or
/// both of the first.
public struct Damage {
    private var state: UInt64

    /// The damage with a number.
    public init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1 }

    private mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % max(1, bound)
    }

    /// Damaged bytes.
    public mutating func applied(to data: Data) -> Data {
        var bytes = Array(data)
        switch next(4) {
        case 0: cut(&bytes)
        case 1: turn(&bytes, times: 40)
        case 2:
            // The head decides most of what a decoder believes.
            for _ in 0...next(8) where !bytes.isEmpty { bytes[next(min(bytes.count, 6_000))] = UInt8(next(256)) }
        default:
            cut(&bytes)
            turn(&bytes, times: 200)
        }
        return Data(bytes)
    }

    private mutating func cut(_ bytes: inout [UInt8]) { bytes.removeLast(next(bytes.count)) }

    private mutating func turn(_ bytes: inout [UInt8], times: Int) {
        for _ in 0...next(times) where !bytes.isEmpty { bytes[next(bytes.count)] ^= UInt8(1 << next(8)) }
    }
}

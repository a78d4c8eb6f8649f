/// Level and sign changes of frames, from blocks of one hop that four neighbouring frames share.
struct FrameLevels {
    private static let blocks = FrameGrid.length / FrameGrid.hop

    private var squares: [Float] = []
    private var changes: [Int] = []
    private var last: Float = 0

    /// Takes the next hop of samples in.
    mutating func add(_ samples: [Float], from start: Int) {
        var (sum, count, previous): (Float, Int, Float) = (0, 0, last)
        for index in start..<start + FrameGrid.hop {
            let value = samples[index]
            sum += value * value
            // What is nearer to 0 than this is silence, and silence is positive.
            let sign: Float = value < -1e-10 ? -1 : 1
            if sign != previous { count += 1 }
            previous = sign
        }
        last = previous
        squares.append(sum)
        changes.append(count)
    }

    /// The mean square of each frame.
    var powers: [Float] {
        frames { squares[$0].reduce(0, +) / Float(FrameGrid.length) }
    }

    /// The share of samples of each frame at which the sign changes.
    var zeroCrossings: [Float] {
        frames { Float(changes[$0].reduce(0, +)) / Float(FrameGrid.length) }
    }

    private func frames(_ value: (Range<Int>) -> Float) -> [Float] {
        guard squares.count >= Self.blocks else { return [] }
        return (0...squares.count - Self.blocks).map { value($0..<$0 + Self.blocks) }
    }
}

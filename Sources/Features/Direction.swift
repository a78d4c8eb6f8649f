/// Why a track's vector has nothing in a block.
public enum BlockAbsence: String, Sendable, Hashable, Codable, Error {
    /// Nothing that the block is made from is known of the track.
    case unknown
    /// Something is known, but less than half of what the block is made from.
    case tooLittleKnown = "too_little_known"
    /// All is known and is exactly the catalog's mean, so that it points nowhere.
    case typical
    /// The space has no such block, because the catalog that it was fitted on could not support it.
    case notInSpace = "not_in_space"
}

/// A block's elements: unit length.
typealias Direction = Result<[Double], BlockAbsence>

extension [Double] {
    /// The vector scaled to unit length; `typical` for zero, `unknown` for anything that is not finite.
    ///
    /// Scaled by its largest element first, so that squares neither overflow nor vanish.
    var direction: Direction {
        let largest = reduce(0) { Swift.max($0, abs($1)) }
        guard allSatisfy(\.isFinite) else { return .failure(.unknown) }
        guard largest > 0 else { return .failure(.typical) }
        let scaled = map { $0 / largest }
        let length = scaled.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return .success(scaled.map { $0 / length })
    }
}

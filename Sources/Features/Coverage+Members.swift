public import Catalog

extension Coverage {
    /// Whether the vector's part for a block rests on measurements.
    public func contains(_ block: Block) -> Bool { rawValue & Self.bit(block) != 0 }

    /// Whether a measured value of this feature is in the vector's `audio` block.
    public func contains(_ feature: AudioFeature) -> Bool { rawValue & Self.bit(feature) != 0 }

    /// Marks a block as measured.
    public mutating func insert(_ block: Block) { rawValue |= Self.bit(block) }

    /// Marks an audio feature as measured.
    public mutating func insert(_ feature: AudioFeature) { rawValue |= Self.bit(feature) }

    /// The blocks that the vector has, in order.
    public var blocks: [Block] { Block.allCases.filter(contains) }

    /// The audio features that the vector's `audio` block has, in order.
    public var features: [AudioFeature] { AudioFeature.allCases.filter(contains) }

    /// What two vectors can be compared by.
    public func intersection(_ other: Coverage) -> Coverage { Coverage(rawValue: rawValue & other.rawValue) }

    private static func bit(_ block: Block) -> UInt64 { 1 << UInt64(block.position) }

    private static func bit(_ feature: AudioFeature) -> UInt64 { 1 << UInt64(16 + feature.rawValue) }
}

extension Block {
    /// Position in `allCases`, which stored masks depend on: new blocks go to the end.
    fileprivate var position: Int {
        switch self {
        case .listeners: 0
        case .artist: 1
        case .audio: 2
        case .artistAudio: 3
        case .structure: 4
        case .sound: 5
        case .era: 6
        }
    }
}

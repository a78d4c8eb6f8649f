public import Catalog

/// The words for blocks and features, which explanations, tables and messages are made from.
extension Block {
    /// The block as a heading, for example `artist's sound`.
    public var title: String {
        switch self {
        case .listeners: "listeners"
        case .artist: "artist"
        case .audio: "sound"
        case .artistAudio: "artist's sound"
        case .structure: "timbre"
        case .sound: "timbre of the recording"
        case .era: "era"
        }
    }

    /// What two tracks that are alike in this block have in common, for example `similar sound`.
    public var likeness: String {
        switch self {
        case .listeners: "on the same playlists"
        case .artist: "similar artist"
        case .audio: "similar sound"
        case .artistAudio: "artist's sound is similar"
        case .structure: "similar timbre"
        case .sound: "similar recording"
        case .era: "same era"
        }
    }
}

extension FeatureSpace {
    /// What a block's cosine says in words, or nil where it says nothing that a person should be told.
    ///
    /// Below 0.5 two tracks are not alike. The artist block of a space without learned factors holds identity alone,
    /// whose cosine means something at 1 only: in between it is chance, and "similar artist" would be untrue.
    public func likeness(of block: Block, cosine: Float) -> String? {
        if block == .artist {
            if cosine > 0.999 { return "same artist" }
            if artistIsIdentityOnly { return nil }
        }
        return cosine >= 0.5 ? block.likeness : nil
    }

    private var artistIsIdentityOnly: Bool {
        blocks.filter { $0.block == .artist }.allSatisfy { $0.dimension == ArtistIdentity.dimension }
    }
}

extension AudioFeature {
    /// The feature in a sentence, for example `time signature`.
    public var title: String {
        switch self {
        case .duration: "length"
        case .timeSignature: "time signature"
        default: name
        }
    }
}

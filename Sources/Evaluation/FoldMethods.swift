internal import Features
internal import Recommendation

/// The methods, ready for the queries of one fold.
struct FoldMethods {
    let segue: ServiceMethod
    let naive: ExactMethod
    private let catalog: EvaluationCatalog
    private let als: ExactMethod
    private let listings: [Int32]
    private let reference: ServingCatalog?
    private let serving: ServingCatalog?

    /// - Parameters:
    ///   - reference: a space of the same playlists with the reference's training options, where it is asked about.
    ///   - serving: the published generation within the universe.
    init(
        _ catalog: EvaluationCatalog, _ space: FoldSpace, reference: ServingCatalog?, sound: SoundTable,
        serving: ServingCatalog?, threads: Int
    ) throws {
        self.catalog = catalog
        self.reference = reference
        self.serving = serving
        listings = space.listings
        segue = ServiceMethod(catalog: catalog, serving: space.serving)
        naive = try ExactMethod(
            catalog.eligible, width: SoundTable.features.count, threads: threads, vector: sound.row)
        let factors = UnitFactors(space.factors)
        als = try ExactMethod(catalog.eligible, width: factors.width, threads: threads) {
            factors.row(ofRecording: catalog.items.recordings[Int($0)])
        }
    }

    subscript(method: Method) -> any RankingMethod {
        switch method {
        case .segue: segue
        case .cosine: ServiceMethod(catalog: catalog, serving: segue.serving, strategy: .cosine)
        case .reference:
            ServiceMethod(catalog: catalog, serving: reference ?? segue.serving, tuning: .reference)
        case .als: als
        case .naive: naive
        case .popularity: PopularityMethod(catalog, listings: listings)
        case .random: RandomMethod(catalog: catalog)
        case .serving: ServiceMethod(catalog: catalog, serving: serving ?? segue.serving)
        }
    }
}

/// The learned factors of recordings, scaled to unit length.
struct UnitFactors: Sendable {
    /// Floats of a row; 1 where nothing was learned.
    let width: Int
    private let recordings: [UInt64]
    private let rows: [Float]

    init(_ factors: LearnedFactors) {
        let columns = factors.columns
        recordings = columns.recordings
        let width = columns.recordings.isEmpty ? 1 : max(1, columns.recordingFactors.count / columns.recordings.count)
        self.width = width
        rows = columns.recordingFactors.chunks(of: width).flatMap { row in
            let length = row.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            return row.map { length > 0 ? Float(Double($0) / length) : 0 }
        }
    }

    /// The row of a recording, or nil where no training playlist has it.
    func row(ofRecording hash: UInt64) -> ArraySlice<Float>? {
        let place = recordings.lowerBound(of: hash)
        guard place < recordings.count, recordings[place] == hash else { return nil }
        return rows[place * width..<(place + 1) * width]
    }
}

internal import Catalog

/// Nine audio features of each item, standardised and of unit length: what a recommender by sound alone goes by.
struct SoundTable: Sendable {
    static let features: [AudioFeature] = [
        .danceability, .energy, .loudness, .speechiness, .acousticness, .instrumentalness, .liveness, .valence, .tempo,
    ]

    /// items x 9, row-major; a row of zeros where nothing is measured.
    let rows: [Float]

    /// Means and deviations are those of the eligible items; what is missing is at the mean.
    init(_ catalog: EvaluationCatalog) {
        let width = Self.features.count
        var columns = [(sum: Double, squares: Double, count: Double)](repeating: (0, 0, 0), count: width)
        for item in catalog.eligible {
            for (column, value) in Self.values(of: catalog.representative(of: item)).enumerated() {
                guard let value else { continue }
                columns[column].sum += value
                columns[column].squares += value * value
                columns[column].count += 1
            }
        }
        let scales = columns.map { Self.scale($0.sum, $0.squares, $0.count) }
        var rows = [Float](repeating: 0, count: catalog.items.count * width)
        for item in 0..<catalog.items.count {
            let values = Self.values(of: catalog.representative(of: Int32(item)))
            let standardised = zip(values, scales).map { value, scale in
                value.map { ($0 - scale.mean) * scale.factor } ?? 0
            }
            rows.replaceSubrange(item * width..<(item + 1) * width, with: Self.unit(standardised))
        }
        self.rows = rows
    }

    /// 1 less the mean cosine between any two items; NaN for fewer than two.
    func distance(within list: ArraySlice<ItemTable.Item>) -> Double {
        guard list.count > 1 else { return .nan }
        let items = Array(list)
        var sum = 0.0
        for (place, one) in items.enumerated() {
            for other in items[..<place] { sum += cosine(one, other) }
        }
        return 1 - sum / Double(items.count * (items.count - 1) / 2)
    }

    /// The row of an item.
    func row(_ item: ItemTable.Item) -> ArraySlice<Float> {
        let width = Self.features.count
        return rows[Int(item) * width..<(Int(item) + 1) * width]
    }

    private func cosine(_ one: ItemTable.Item, _ other: ItemTable.Item) -> Double {
        zip(row(one), row(other)).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    private static func values(of track: CatalogTrack) -> [Double?] {
        features.map { track.features[$0].map(Double.init) }
    }

    private static func scale(_ sum: Double, _ squares: Double, _ count: Double) -> (mean: Double, factor: Double) {
        guard count > 0 else { return (0, 0) }
        let mean = sum / count
        let variance = squares / count - mean * mean
        // A constant feature tells nothing apart, and its variance is rounding.
        return (mean, variance > 1e-12 * max(1, mean * mean) ? 1 / variance.squareRoot() : 0)
    }

    private static func unit(_ values: [Double]) -> [Float] {
        let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return values.map { Float(length > 0 ? $0 / length : 0) }
    }
}

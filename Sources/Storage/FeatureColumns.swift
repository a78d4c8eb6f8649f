internal import Catalog
internal import Postgres

/// The columns that hold audio features, in the order of `AudioFeature.allCases`.
enum FeatureColumns {
    static let names = AudioFeature.allCases.map(\.name)

    /// `danceability, energy, …`, each between `prefix` and `suffix`.
    static func list(_ prefix: String = "", _ suffix: String = "") -> SQL {
        SQL(unsafeRaw: names.map { prefix + $0 + suffix }.joined(separator: ", "))
    }

    /// Lists `expression` of each name.
    static func list(_ expression: (String) -> String) -> SQL {
        SQL(unsafeRaw: names.map(expression).joined(separator: ", "))
    }
}

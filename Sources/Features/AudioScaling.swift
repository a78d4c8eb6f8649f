/// Means and deviations of the raw audio vector's 14 columns over a catalog, each over the tracks that have it.
public struct AudioScaling: Sendable, Hashable, Codable {
    /// Number of columns of the raw audio vector.
    public static let dimension = AudioColumn.allCases.count

    /// 14 means of the transformed features; 0 for a column that was never measured.
    public let means: [Double]
    /// 14 population deviations; 0 for a column that is constant or was never measured, and then says nothing.
    public let deviations: [Double]

    /// Takes 14 means and 14 deviations.
    init(means: [Double], deviations: [Double]) {
        precondition(means.count == Self.dimension && deviations.count == Self.dimension)
        self.means = means
        self.deviations = deviations
    }

    /// Reads what was encoded.
    /// - Throws: `DecodingError` where the arrays are not 14 finite numbers each.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        means = try container.decodeNumbers(Self.dimension, forKey: .means)
        deviations = try container.decodeNumbers(Self.dimension, forKey: .deviations)
    }

    /// The standardised columns of a raw vector, missing ones zero.
    ///
    /// A column that was not measured is zero, so it adds nothing to any cosine. Measured are the first ten columns in
    /// units of their deviations and the last four centred; a column counts by its mean square over the catalog, and
    /// where less than half of the total is measured the block is absent: the few values would otherwise be blown up
    /// to speak for all.
    func standardised(_ raw: [Double]) -> Result<[Double], BlockAbsence> {
        let informative = AudioColumn.allCases.filter { isInformative($0) }
        let measured = informative.filter { !raw[$0.rawValue].isNaN }
        guard !measured.isEmpty else { return .failure(.unknown) }
        guard importance(of: measured) >= 0.5 * importance(of: informative) else { return .failure(.tooLittleKnown) }
        var values = [Double](repeating: 0, count: Self.dimension)
        for column in measured {
            let index = column.rawValue
            values[index] = (raw[index] - means[index]) * scale(of: column)
        }
        return .success(values)
    }

    /// The standardised columns of a raw vector, missing ones zero, however few are measured.
    func filled(_ raw: some Sequence<Float>) -> [Double] {
        zip(AudioColumn.allCases, raw).map { column, value in
            let index = column.rawValue
            return isInformative(column) && !value.isNaN ? (Double(value) - means[index]) * scale(of: column) : 0
        }
    }

    /// Whether the column varied over the catalog, so that it can tell tracks apart.
    func isInformative(_ column: AudioColumn) -> Bool { deviations[column.rawValue] > 0 }

    private func scale(of column: AudioColumn) -> Double {
        column.isStandardised ? 1 / deviations[column.rawValue] : 1
    }

    private func importance(of columns: [AudioColumn]) -> Double {
        columns.reduce(0) { sum, column in
            let deviation = deviations[column.rawValue] * scale(of: column)
            return sum + deviation * deviation
        }
    }
}

extension KeyedDecodingContainer {
    /// Reads `count` finite numbers, so that a damaged space is refused when it is read and not when it is used.
    func decodeNumbers(_ count: Int, forKey key: Key) throws -> [Double] {
        let numbers = try decode([Double].self, forKey: key)
        guard numbers.count == count, numbers.allSatisfy(\.isFinite) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "\(count) finite numbers are needed; fit the space again")
        }
        return numbers
    }
}

internal import Catalog

extension FeatureFit: Codable {
    private enum CodingKeys: String, CodingKey {
        case feature, tracks, distanceBefore, distanceAfter, errorBefore, errorAfter, correlation, verdict, map
    }

    /// Reads what was encoded.
    /// - Throws: `DecodingError`, also for a feature of another name than ours.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let name = try container.decode(String.self, forKey: .feature)
        guard let feature = AudioFeature(name: name) else {
            throw DecodingError.dataCorruptedError(
                forKey: .feature, in: container, debugDescription: "there is no such feature")
        }
        self.init(
            feature: feature, tracks: try container.decode(Int.self, forKey: .tracks),
            distanceBefore: try container.decode(Double.self, forKey: .distanceBefore),
            distanceAfter: try container.decode(Double.self, forKey: .distanceAfter),
            errorBefore: try container.decode(Double.self, forKey: .errorBefore),
            errorAfter: try container.decode(Double.self, forKey: .errorAfter),
            correlation: try container.decode(Double.self, forKey: .correlation),
            verdict: try container.decode(ProviderCalibration.Verdict.self, forKey: .verdict),
            map: try container.decodeIfPresent(QuantileMap.self, forKey: .map))
    }

    /// Writes the feature by its name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(feature.name, forKey: .feature)
        try container.encode(tracks, forKey: .tracks)
        try container.encode(distanceBefore, forKey: .distanceBefore)
        try container.encode(distanceAfter, forKey: .distanceAfter)
        try container.encode(errorBefore, forKey: .errorBefore)
        try container.encode(errorAfter, forKey: .errorAfter)
        try container.encode(correlation, forKey: .correlation)
        try container.encode(verdict, forKey: .verdict)
        try container.encodeIfPresent(map, forKey: .map)
    }
}

public import Catalog
public import Foundation

/// Writes what calibrations make of providers' values into the enrichments, beside what sources say of tracks.
///
/// Only providers whose values are changed by it have such rows. A pass can be stopped anywhere; it looks at tracks that
/// have no row of the newest calibration, or whose values are newer than their row, and at nothing else. Rows of earlier
/// calibrations, and of values that are gone, go once the new ones are there.
public struct CalibrationPass: Sendable {
    /// Where calibrations and values come from, and rows go.
    public typealias Store = CalibrationStore & EnrichmentStore

    private let store: any Store
    private let now: @Sendable () -> Date
    private let tracksPerCommit: Int

    /// A pass over a catalog, so many tracks between two commits.
    public init(over store: any Store, tracksPerCommit: Int = 1_000, now: @escaping @Sendable () -> Date = { Date() }) {
        (self.store, self.tracksPerCommit, self.now) = (store, max(tracksPerCommit, 1), now)
    }

    /// The source of a provider's calibrated values among the enrichments: `calibration:PROVIDER`.
    public static func source(of provider: String) -> String { "calibration:\(provider)" }

    /// Runs to the end and tells after each commit how many tracks were written so far.
    /// - Returns: how many tracks were written.
    /// - Throws: the store's errors, `CancellationError`, and what `progress` throws.
    @discardableResult
    public func run(progress: @Sendable (Int) async throws -> Void = { _ in }) async throws -> Int {
        var written = 0
        for kept in try await store.keptCalibrations() {
            var last: TrackID?
            while kept.calibration.verdict == .calibrate {
                try Task.checkCancellation()
                // Before the values are read, and not rounded up: what changes meanwhile is seen by the next pass.
                let moment = Date(timeIntervalSince1970: now().timeIntervalSince1970.rounded(.down))
                let tracks = try await store.uncalibrated(by: kept, after: last, limit: tracksPerCommit)
                guard let end = tracks.last?.track else { break }
                try await store.keep(tracks.map { Self.enrichment(of: $0, by: kept, at: moment) })
                written += tracks.count
                last = end
                try await progress(written)
            }
            try await store.dropOutdated(by: kept)
        }
        return written
    }

    private static func enrichment(of track: FeaturesOfTrack, by kept: KeptCalibration, at moment: Date) -> Enrichment {
        let values = kept.calibration.calibrated(track.features)
        var categories: [String: EnrichmentValue] = [:]
        for feature in AudioFeature.allCases {
            if let value = values[feature] { categories[feature.name] = .number(Double(value)) }
        }
        return Enrichment(
            track: track.track, source: source(of: kept.calibration.provider), version: kept.version,
            categories: categories, confidence: kept.calibration.confidence(in: values), updatedAt: moment)
    }
}

/// The audio features that one provider has of a track.
public struct FeaturesOfTrack: Sendable, Hashable {
    /// Which track.
    public var track: TrackID
    /// The provider's values.
    public var features: AudioFeatures

    /// Attributes values to a track.
    public init(track: TrackID, features: AudioFeatures) { (self.track, self.features) = (track, features) }
}

/// A calibration as it is kept.
public struct KeptCalibration: Sendable, Hashable {
    /// The calibration.
    public var calibration: ProviderCalibration
    /// Another one whenever the calibration says something else.
    public var version: String

    /// Names a version of a calibration.
    public init(calibration: ProviderCalibration, version: String) {
        (self.calibration, self.version) = (calibration, version)
    }
}

public import Catalog
import Foundation
import Ingest

/// Spotify's audio features or analyses as a provider, for applications that are still given them.
///
/// Where the application may not ask, the first answer says so and is remembered for a month; until then the provider
/// fails with `forbidden` without a call.
public struct SpotifySound: FeatureProvider {
    /// Which of the two.
    public enum Kind: Sendable, Hashable, CaseIterable {
        /// A dozen numbers for each track, a hundred tracks a call.
        case features
        /// The structure of one track a call.
        case analyses
    }

    private let spotify: Spotify
    private let kind: Kind

    /// Asks with the tokens of a client.
    public init(_ spotify: Spotify, _ kind: Kind) { (self.spotify, self.kind) = (spotify, kind) }

    /// `spotify`, or `spotify_analysis`.
    public var name: String { kind == .features ? spotify.name : spotify.name + "_analysis" }
    /// 1.
    public var version: String { "1" }
    /// 100, or 1.
    public var batchSize: Int { kind == .features ? Spotify.maximumFeatures : 1 }
    /// Spotify ids.
    public var namespaces: [String] { ["spotify"] }

    /// Asks about tracks by Spotify id.
    /// - Throws: `ServiceError`; of kind `forbidden` where the application may not.
    public func findings(on subjects: [EnrichmentSubject]) async throws(ServiceError) -> ProviderFindings {
        let asked = subjects.compactMap { subject in subject.value(in: "spotify").map { (subject, $0) } }
        let endpoint = kind == .features ? "/audio-features" : "/audio-analysis/{id}"
        do {
            switch kind {
            case .features: return try await features(asked)
            case .analyses: return try await analyses(asked)
            }
        } catch let error as ServiceError {
            throw error
        } catch let error as SpotifyError {
            throw ServiceError(.forbidden, service: spotify.name, endpoint: endpoint, reason: error.description)
        } catch {
            // The store that remembers refusals and tokens: it will be back.
            throw ServiceError(
                .unavailable, service: spotify.name, endpoint: endpoint, reason: "the database cannot be reached",
                resumeAt: spotify.clock.now().addingTimeInterval(60))
        }
    }

    private func features(_ asked: [(EnrichmentSubject, String)]) async throws -> ProviderFindings {
        var findings = ProviderFindings()
        guard !asked.isEmpty else { return findings }
        let answer = try await spotify.audioFeatures(asked.map(\.1))
        var found: [ExternalID: AudioFeatures] = [:]
        for case .features(let record) in answer.records { found[record.track] = record.features }
        for (subject, id) in asked {
            if let values = found[.spotify(id)] { findings.add(values, by: spotify.name, to: subject) }
        }
        return findings
    }

    private func analyses(_ asked: [(EnrichmentSubject, String)]) async throws -> ProviderFindings {
        var findings = ProviderFindings()
        for (subject, id) in asked {
            do {
                findings.records += try await spotify.audioAnalysis(id).records
                findings.remarks[subject.id] = .init(["audio_analysis": .flag(true)])
            } catch let error as ServiceError where error.kind == .missing {
                continue
            }
        }
        return findings
    }
}

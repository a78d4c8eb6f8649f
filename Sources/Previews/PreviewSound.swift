public import Catalog
internal import Foundation
public import MusicFolder
public import Providers
internal import Synchronization

/// What tracks sound like by their previews, as a provider of features and descriptors.
///
/// An address is looked up, its sound is downloaded, described by `segue-analyze` in a process of its own, and thrown away.
/// Tracks whose own file was analysed are left alone. What is described is a part: `confidence` is the share of the track
/// that was heard.
public final class PreviewSound: FeatureProvider {
    /// The name under which features and descriptors are kept.
    public static let provider = "preview"

    /// What became of one track.
    private enum Outcome: Sendable {
        case heard(Excerpt, of: String)
        /// There is nothing to hear, and will not be soon; a short name for why.
        case nothing(String)
        /// Somebody was away.
        case later
    }

    private let sources: [any PreviewSource]
    private let download: PreviewDownload
    private let pool: AnalyzerPool
    private let store: any SoundStore
    private let refusals = Mutex<[String: Int]>([:])

    /// So many previews at a time.
    public let batchSize: Int

    /// Listens to previews of some services, asked in order.
    public init(
        _ sources: [any PreviewSource], download: PreviewDownload, pool: AnalyzerPool, workers: Int,
        store: any SoundStore
    ) {
        precondition(workers > 0, "somebody has to do the work")
        (self.sources, self.download, self.pool, self.store) = (sources, download, pool, store)
        batchSize = workers
    }

    /// `preview`.
    public var name: String { Self.provider }
    /// That of the descriptors.
    public var version: String { Excerpt.version }
    /// Those of the services.
    public var namespaces: [String] { Array(Set(sources.map(\.namespace))).sorted() }
    /// Why tracks were left without, with how many.
    public var reasons: [String: Int] { refusals.withLock { $0 } }

    /// Looks up, downloads and describes, all tracks at once.
    /// - Throws: `ServiceError` where a service wants to be left alone, or `segue-analyze` cannot be started.
    public func findings(on subjects: [EnrichmentSubject]) async throws(ServiceError) -> ProviderFindings {
        let known: Set<TrackID>
        do { known = try await store.described(subjects.map(\.id), by: MusicFile.provider) } catch {
            throw ServiceError(
                .unavailable, service: name, endpoint: "database", reason: "the database cannot be reached",
                resumeAt: Date(timeIntervalSinceNow: 60))
        }
        let results = await withTaskGroup(of: (EnrichmentSubject, Result<Outcome, ServiceError>).self) { group in
            for subject in subjects {
                group.addTask {
                    let isKnown = known.contains(subject.id)
                    return (subject, isKnown ? .success(.nothing("has_file")) : await self.outcome(of: subject))
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var findings = ProviderFindings()
        let isBroken = !results.contains { (try? $0.1.get()) != nil }
        for (subject, result) in results {
            do throws(ServiceError) {
                take(try result.get(), of: subject, into: &findings)
            } catch {
                // What others of the batch came to is kept; where the service stays away, the next batch says so.
                guard error.kind == .circuitOpen, !isBroken else { throw error }
                take(.later, of: subject, into: &findings)
            }
        }
        return findings
    }

    private func take(_ outcome: Outcome, of subject: EnrichmentSubject, into findings: inout ProviderFindings) {
        switch outcome {
        case .heard(let excerpt, let service):
            let length = subject.duration.map { Double($0) / 1_000 } ?? 0
            let remark = ProviderFindings.Remark(
                ["preview_of": .text(service), "preview_seconds": .number((excerpt.seconds * 10).rounded() / 10)],
                confidence: length > 0 ? min(1, excerpt.seconds / length) : nil)
            findings.add(excerpt.features, by: name, to: subject, remark)
            findings.sounds[subject.id] = excerpt.sound
        case .nothing(let reason): refusals.withLock { $0[reason, default: 0] += 1 }
        case .later:
            refusals.withLock { $0["later", default: 0] += 1 }
            findings.deferred.insert(subject.id)
        }
    }
}

extension PreviewSound {
    private func outcome(of subject: EnrichmentSubject) async -> Result<Outcome, ServiceError> {
        do throws(ServiceError) {
            var best = Outcome.nothing("no_preview")
            for source in sources {
                guard let id = subject.value(in: source.namespace) else { continue }
                switch (try await outcome(of: id, at: source), best) {
                case (.heard(let excerpt, let service)?, _): return .success(.heard(excerpt, of: service))
                case (.later?, _): best = .later
                case (let outcome?, .nothing): best = outcome
                default: break
                }
            }
            return .success(best)
        } catch {
            return .failure(error)
        }
    }

    /// What one service has of a track; nil where it has nothing.
    ///
    /// An answer that cannot be read costs this track, for now: where it is not this one alone, the breaker will say so.
    private func outcome(of id: String, at source: any PreviewSource) async throws(ServiceError) -> Outcome? {
        do throws(ServiceError) {
            guard let address = try await source.preview(of: id) else { return nil }
            return try await listen(to: address, of: source.name)
        } catch {
            switch error.kind {
            // It refuses the question itself.
            case .rejected: return nil
            case .nonsense, .unavailable: return .later
            default: throw error
            }
        }
    }

    private func listen(to address: String, of service: String) async throws(ServiceError) -> Outcome {
        let bytes: [UInt8]
        do throws(ServiceError) { bytes = try await download.bytes(address) } catch {
            return try Self.outcome(of: error)
        }
        do {
            return .heard(try await pool.excerpt(bytes, source: "\(service): preview"), of: service)
        } catch let refusal as MusicFile.Refusal {
            return .nothing(refusal.code)
        } catch {
            throw ServiceError(.refusedHere, service: name, endpoint: "segue-analyze", reason: "\(error)")
        }
    }

    /// What a failed download means: for the track alone, for now, or for everybody.
    private static func outcome(of error: ServiceError) throws(ServiceError) -> Outcome {
        switch error.kind {
        case .missing: return .nothing("gone")
        case .unauthorized, .forbidden: return .nothing("forbidden")
        case .rejected(status: 200): return .nothing("not_audio")
        case .rejected, .refusedHere: return .nothing("refused")
        case .nonsense: return .nothing("unusable")
        // Where it is not this address alone, the breaker will say so.
        case .unavailable: return .later
        case .rateLimited, .quotaExceeded, .circuitOpen, .cancelled: throw error
        }
    }
}

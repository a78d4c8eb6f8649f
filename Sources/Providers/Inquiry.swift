import Catalog

/// Asks a provider about tracks so that none of them keeps the others from being asked about.
///
/// A batch that is refused for what it asks is halved, down to the one track that the provider does not take. A batch that
/// fails otherwise is put off, and the next one is asked about, until too many have failed in a row; tracks that were put
/// off again are asked about in smaller and smaller batches, so that the one which fails is left alone in the end.
struct Inquiry: Sendable {
    /// What became of some tracks.
    struct Outcome: Sendable {
        var findings = ProviderFindings()
        /// Those that the pass has behind it: answered, refused, or put off.
        var passed: [EnrichmentSubject] = []
        /// Those of them that were put off for a failure.
        var putOff: Set<TrackID> = []
        /// Those of these after which nothing was answered.
        var unanswered: Set<TrackID> = []
        /// Those among these that an earlier question had passed as refused.
        var revoked: [EnrichmentSubject] = []
        /// The last failure for which tracks were put off.
        var failure: ServiceError?
        /// What ends the pass.
        var end: ServiceError?
    }

    /// Tracks refused in a row that say something of the service and nothing of the tracks.
    static let refusalsAtMost = 25
    /// Batches failed in a row after which no further one is tried.
    static let failuresAtMost = 3

    let provider: any FeatureProvider
    /// Tracks refused since something was last answered.
    private var refused: [EnrichmentSubject] = []
    private var failures = 0

    init(_ provider: any FeatureProvider) { self.provider = provider }

    /// Asks batch by batch, as far as that leads.
    mutating func ask(_ subjects: [EnrichmentSubject]) async -> Outcome {
        var outcome = Outcome()
        for batch in batches(of: subjects) where outcome.end == nil { await ask(batch, &outcome) }
        return outcome
    }

    /// A quarter of a batch for each time that its tracks were put off again.
    private func batches(of subjects: [EnrichmentSubject]) -> [[EnrichmentSubject]] {
        var batches: [[EnrichmentSubject]] = []
        for subject in subjects {
            let size = max(provider.batchSize >> (2 * max(subject.postponements - 1, 0)), 1)
            if let last = batches.last, last.count < size, last[0].postponements == subject.postponements {
                batches[batches.count - 1].append(subject)
            } else {
                batches.append([subject])
            }
        }
        return batches
    }

    private mutating func ask(_ batch: [EnrichmentSubject], _ outcome: inout Outcome) async {
        do throws(ServiceError) {
            outcome.findings.add(try await provider.findings(on: batch))
            outcome.passed += batch
            outcome.unanswered = []
            (refused, failures) = ([], 0)
        } catch {
            if error.refusesWhatIsAsked {
                await refused(batch, error, &outcome)
            } else if error.failsByItself {
                failed(batch, error, &outcome)
            } else {
                outcome.end = error
            }
        }
    }

    private mutating func refused(
        _ batch: [EnrichmentSubject], _ error: ServiceError, _ outcome: inout Outcome
    ) async {
        failures = 0
        guard batch.count < 2 else {
            for half in batch.grouped(by: (batch.count + 1) / 2) where outcome.end == nil { await ask(half, &outcome) }
            return
        }
        outcome.passed += batch
        refused += batch
        guard refused.count >= Self.refusalsAtMost else { return }
        let here = Set(outcome.passed.map(\.id))
        outcome.putOff.formUnion(refused.map(\.id))
        outcome.unanswered.formUnion(refused.map(\.id))
        outcome.revoked = refused.filter { !here.contains($0.id) }
        (outcome.failure, outcome.end) = (error, error)
    }

    private mutating func failed(_ batch: [EnrichmentSubject], _ error: ServiceError, _ outcome: inout Outcome) {
        outcome.passed += batch
        outcome.putOff.formUnion(batch.map(\.id))
        outcome.unanswered.formUnion(batch.map(\.id))
        outcome.failure = error
        failures += 1
        if failures >= Self.failuresAtMost { outcome.end = error }
    }
}

extension ProviderFindings {
    fileprivate mutating func add(_ more: ProviderFindings) {
        records += more.records
        remarks.merge(more.remarks) { _, new in new }
        similar.merge(more.similar) { _, new in new }
        sounds.merge(more.sounds) { _, new in new }
        deferred.formUnion(more.deferred)
    }
}

import Catalog

/// Asks a provider about tracks so that none of them keeps the others from being asked about.
///
/// A batch that is refused for what it asks is halved, down to the one track that the provider does not take. A batch that
/// fails otherwise is put off, and the next one is asked about, until too many have failed in a row.
struct Inquiry: Sendable {
    /// What became of some tracks.
    struct Outcome: Sendable {
        var findings = ProviderFindings()
        /// Those that the pass has behind it: answered, refused, or put off.
        var passed: [EnrichmentSubject] = []
        /// Those of them that were put off for a failure.
        var putOff: Set<TrackID> = []
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
    private var refusals = 0
    private var failures = 0

    init(_ provider: any FeatureProvider) { self.provider = provider }

    /// Asks batch by batch, as far as that leads.
    mutating func ask(_ subjects: [EnrichmentSubject]) async -> Outcome {
        var outcome = Outcome()
        for batch in subjects.grouped(by: max(provider.batchSize, 1)) where outcome.end == nil {
            await ask(batch, &outcome)
        }
        return outcome
    }

    private mutating func ask(_ batch: [EnrichmentSubject], _ outcome: inout Outcome) async {
        do throws(ServiceError) {
            outcome.findings.add(try await provider.findings(on: batch))
            outcome.passed += batch
            (refusals, failures) = (0, 0)
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
        refusals += 1
        guard refusals >= Self.refusalsAtMost else { return }
        outcome.putOff.formUnion(outcome.passed.suffix(refusals).map(\.id))
        (outcome.failure, outcome.end) = (error, error)
    }

    private mutating func failed(_ batch: [EnrichmentSubject], _ error: ServiceError, _ outcome: inout Outcome) {
        outcome.passed += batch
        outcome.putOff.formUnion(batch.map(\.id))
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

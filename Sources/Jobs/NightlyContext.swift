internal import Foundation
internal import Synchronization

/// What a step of the nightly chain has at hand.
public struct NightlyContext: Sendable {
    /// The job that the chain is.
    public let job: Job
    /// The job's own context, for locks.
    public let context: JobContext
    let record: NightlyRecord
    /// The step's parts.
    let parts: Range<Int>

    /// Says that the step is at another one of its parts; the ones before it are done.
    public func enter(_ name: String) {
        guard let index = parts.first(where: { record.parts[$0].name == name }) else { return }
        record.enter(index, from: parts.lowerBound)
        publish(share: 0)
    }

    /// Says how far the part is that the step is at.
    /// - Parameters:
    ///   - progress: the share that is done, 0 to 1.
    ///   - message: what it is at; shown until the part ends.
    public func report(progress: Double, message: String? = nil) {
        if let message { record.note(message) }
        publish(share: min(max(progress.isFinite ? progress : 0, 0), 1))
    }

    /// Says what came of a part of the step, also of one that is over.
    public func conclude(_ name: String, _ note: String) {
        guard let index = parts.first(where: { record.parts[$0].name == name }) else { return }
        record.conclude(index, note)
        publish(share: nil)
    }

    /// Keeps what came of the part that the step is at; `note` says it to people.
    /// - Throws: `EncodingError` where the value cannot be written as JSON.
    public func keep(_ result: some Encodable, note: String? = nil) throws {
        record.keep(try JobDocument(result), note: note)
        publish(share: nil)
    }

    /// Shows where the chain is: every part weighs the same.
    func publish(share: Double?) {
        let (parts, current) = (record.parts, record.current)
        let progress = share.map { (Double(current) + $0) / Double(max(parts.count, 1)) }
        let message = parts.indices.contains(current) ? parts[current].title : nil
        context.report(progress: progress, message: message)
        // Texts and numbers: there is nothing in it that could not be written.
        try? context.record(NightlyReport(steps: parts))
    }
}

/// What a run of the nightly chain has to show, as its job's metadata.
struct NightlyReport: Codable {
    var steps: [NightlyPart]
}

extension NightlyPart {
    /// What a person reads while it runs.
    fileprivate var title: String { note.map { "\(name): \($0)" } ?? name }
}

/// The parts of a run, as they go.
final class NightlyRecord: Sendable {
    private struct State {
        var parts: [NightlyPart]
        var current = 0
        var begun = ContinuousClock.now
        /// What came of the current part so far; its note meanwhile is what it is at.
        var conclusion: String?
    }

    private let state: Mutex<State>

    init(_ parts: [NightlyPart]) { state = Mutex(State(parts: parts)) }

    var parts: [NightlyPart] { state.withLock { $0.parts } }
    var current: Int { state.withLock { $0.current } }

    /// Begins a part; those before it, from `first` on, are done.
    func enter(_ index: Int, from first: Int) {
        state.withLock { state in
            if index > first { Self.close(&state, .done, nil) }
            state.current = index
            (state.begun, state.conclusion) = (.now, nil)
            state.parts[index] = NightlyPart(name: state.parts[index].name)
            state.parts[index].outcome = .running
            state.parts[index].startedAt = JobTime.text(Date())
        }
    }

    /// Ends the part that is under way, and leaves out what remains before `end`.
    func finish(_ outcome: NightlyPart.Outcome, note: String?, before end: Int) {
        state.withLock { state in
            Self.close(&state, outcome, note)
            for index in state.parts.indices.prefix(end).dropFirst(state.current + 1) {
                state.parts[index].outcome = .skipped
            }
        }
    }

    func note(_ text: String) { state.withLock { $0.parts[$0.current].note = text } }

    func conclude(_ index: Int, _ note: String) {
        state.withLock { state in
            state.parts[index].note = note
            if index == state.current { state.conclusion = note }
        }
    }

    func keep(_ result: JobDocument, note: String?) {
        state.withLock { $0.parts[$0.current].result = result }
        if let note { conclude(current, note) }
    }

    private static func close(_ state: inout State, _ outcome: NightlyPart.Outcome, _ note: String?) {
        let elapsed = ContinuousClock.now - state.begun
        state.parts[state.current].outcome = outcome
        state.parts[state.current].finishedAt = JobTime.text(Date())
        state.parts[state.current].seconds = (elapsed / .milliseconds(1)).rounded() / 1_000
        state.parts[state.current].note = note ?? state.conclusion
    }
}

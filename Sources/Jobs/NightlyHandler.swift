/// Runs the nightly chain: one visible job whose metadata tells of every step, with times and outcomes.
///
/// A run that was interrupted goes on with the step that it was at.
public struct NightlyHandler: JobHandler {
    /// The kind of its jobs, and the name of the schedule that every new database has.
    public static let kind = "nightly"

    private let steps: [any NightlyStep]
    private let describe: @Sendable (any Error) -> String

    /// A chain of steps, in order; `describe` puts a step's error into words that callers of the API may read.
    public init(steps: [any NightlyStep], describe: @escaping @Sendable (any Error) -> String = { "\($0)" }) {
        precondition(Set(steps.flatMap(\.names)).count == steps.reduce(0) { $0 + $1.names.count }, "names differ")
        (self.steps, self.describe) = (steps, describe)
    }

    /// `nightly`.
    public var kind: String { Self.kind }

    /// What is done: kept between steps.
    private struct Place: Codable {
        /// Steps that are over.
        var done: Int
        /// The parts so far.
        var parts: [NightlyPart]
    }

    /// Does all steps, or those that are left.
    /// - Throws: `JobRefused` where a step's result may not be used; what an essential step throws.
    public func run(_ job: Job, _ context: JobContext) async throws {
        let fresh = steps.flatMap(\.names).map(NightlyPart.init)
        // A chain that was changed meanwhile has other parts: it begins anew.
        let place = context.restored(as: Place.self).flatMap { place in
            place.parts.map(\.name) == fresh.map(\.name) && place.done <= steps.count ? place : nil
        }
        let record = NightlyRecord(place?.parts ?? fresh)
        var first = steps.prefix(place?.done ?? 0).reduce(0) { $0 + $1.names.count }
        for (index, step) in steps.enumerated().dropFirst(place?.done ?? 0) {
            let parts = first..<(first + step.names.count)
            first = parts.upperBound
            try await run(step, NightlyContext(job: job, context: context, record: record, parts: parts))
            try await context.checkpoint(Place(done: index + 1, parts: record.parts))
        }
        if let refusal = record.parts.first(where: { $0.outcome == .refused }) {
            throw JobRefused(reason: "\(refusal.name): \(refusal.note ?? "refused")")
        }
        context.report(progress: 1, message: Self.summary(record.parts))
    }

    private func run(_ step: any NightlyStep, _ context: NightlyContext) async throws {
        guard let name = step.names.first else { return }
        context.enter(name)
        let end = context.parts.upperBound
        do {
            try Task.checkCancellation()
            try await step.run(context)
            context.record.finish(.done, note: nil, before: end)
        } catch let error as JobRefused {
            context.record.finish(.refused, note: error.reason, before: end)
        } catch let error where Task.isCancelled || error is CancellationError || error is JobLost {
            throw error
        } catch {
            let outcome: NightlyPart.Outcome = error is JobPostponed ? .postponed : .failed
            context.record.finish(outcome, note: describe(error), before: end)
            context.publish(share: 1)
            if step.isEssential { throw error }
        }
        context.publish(share: 1)
    }

    private static func summary(_ parts: [NightlyPart]) -> String {
        let troubled = parts.filter { $0.outcome == .failed || $0.outcome == .postponed }
        guard !troubled.isEmpty else { return "all \(parts.count) steps are done" }
        return "done, but for \(troubled.map { "\($0.name) (\($0.outcome.rawValue))" }.joined(separator: ", "))"
    }
}

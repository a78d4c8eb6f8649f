/// A part of the nightly chain.
///
/// Sources to refresh and catalogs to enrich add themselves by a step of their own; what a step does must be fit to be
/// done again, since a chain that was interrupted begins its unfinished step anew.
public protocol NightlyStep: Sendable {
    /// What it shows as, in order; most steps have one name. A step of several parts says where it is by
    /// `NightlyContext.enter`, and is done anew from its first one.
    var names: [String] { get }

    /// Whether the chain must not go on without it: a failure then fails the run, which is tried again from this step.
    /// A failure of any other step is shown, and the chain goes on.
    var isEssential: Bool { get }

    /// Does its part.
    /// - Throws: `JobRefused` for a result that no further attempt would change: the chain goes on, and fails at its
    ///   end. Anything else is a failure.
    func run(_ context: NightlyContext) async throws
}

extension NightlyStep {
    /// Most steps are not.
    public var isEssential: Bool { false }
}

/// How a part of the nightly chain went.
public struct NightlyPart: Sendable, Hashable, Codable {
    /// How a part can stand.
    public enum Outcome: String, Sendable, Codable {
        /// Not begun.
        case waiting
        /// Under way.
        case running
        /// Done.
        case done
        /// It went wrong; the chain went on.
        case failed
        /// It found that its result may not be used.
        case refused
        /// It can go on only later, and another night will.
        case postponed
        /// It was not come to.
        case skipped
    }

    /// Its name.
    public var name: String
    /// How it stands.
    public var outcome = Outcome.waiting
    /// When it was begun, in ISO 8601.
    public var startedAt: String?
    /// When it ended, in ISO 8601.
    public var finishedAt: String?
    /// How long it took, in seconds.
    public var seconds: Double?
    /// What it is at, once it has ended what came of it, or what went wrong.
    public var note: String?
    /// What came of it, as far as programs may care.
    public var result: JobDocument?

    private enum CodingKeys: String, CodingKey {
        case name, outcome, seconds, note, result
        case startedAt = "started_at"
        case finishedAt = "finished_at"
    }

    /// A part that has not begun.
    public init(name: String) { self.name = name }
}

/// A command of a program, or the program itself: a tree from which parser and help are made.
public struct Command: Sendable {
    /// What a command does once its command line is understood.
    public typealias Action = @Sendable (Invocation) async throws -> ExitStatus

    /// A command line worth copying, with what it does.
    public struct Example: Sendable, Hashable {
        /// The command line.
        public let line: String
        /// What it does.
        public let meaning: String

        /// An example for help.
        public init(_ line: String, _ meaning: String) {
            self.line = line
            self.meaning = meaning
        }
    }

    /// Options under a heading of their own in help.
    public struct OptionGroup: Sendable {
        /// The heading.
        public let title: String
        /// The options.
        public let options: [OptionDescription]

        /// Puts options under a heading.
        public init(_ title: String, _ options: [OptionDescription]) {
            self.title = title
            self.options = options
        }
    }

    /// The word on the command line.
    public let name: String
    /// One line for the list of commands.
    public let summary: String
    /// More for the command's own help: when to use it and what to expect; may have several paragraphs.
    public let discussion: String
    /// Values that stand alone, in order.
    public let parameters: [ParameterDescription]
    /// Options and flags by heading.
    public let groups: [OptionGroup]
    /// For help.
    public let examples: [Example]
    /// Commands below this one.
    public let subcommands: [Command]
    let action: Action?

    /// Declares a command that does something.
    public init(
        _ name: String, _ summary: String, discussion: String = "", parameters: [ParameterDescription] = [],
        options: [OptionDescription] = [], groups: [OptionGroup] = [], examples: [Example] = [],
        action: @escaping Action
    ) {
        precondition(
            parameters.dropLast().allSatisfy { $0.count == 1...1 }, "only the last parameter may vary in number")
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.parameters = parameters
        self.groups = (options.isEmpty ? [] : [OptionGroup("Options", options)]) + groups
        self.examples = examples
        self.subcommands = []
        self.action = action
    }

    /// Declares a command that only has commands below it.
    public init(
        _ name: String, _ summary: String, discussion: String = "", examples: [Example] = [], subcommands: [Command]
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.parameters = []
        self.groups = []
        self.examples = examples
        self.subcommands = subcommands
        self.action = nil
    }

    var options: [OptionDescription] { groups.flatMap(\.options) }
}

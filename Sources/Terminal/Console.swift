public import Foundation

/// What a command talks to: results go to `output`, everything else to `errors`, questions to the person.
public struct Console: Sendable {
    /// Standard output: results only, so that it can be piped.
    public let output: TextOutput
    /// Standard error: progress, warnings and errors.
    public let errors: TextOutput
    /// The program's name, which begins every message.
    public let name: String
    private let answer: (@Sendable () -> String?)?

    /// Joins streams; `answer` reads one line from the person and is nil where there is none to ask.
    public init(
        name: String, output: TextOutput, errors: TextOutput, answer: (@Sendable () -> String?)? = nil
    ) {
        self.name = name
        self.output = output
        self.errors = errors
        self.answer = answer
    }

    /// The process's own streams; a person can be asked where input and errors are both a terminal.
    public init(name: String, environment: [String: String] = ProcessInfo.processInfo.environment) {
        let errors = TextOutput(descriptor: STDERR_FILENO, environment: environment)
        let canAsk = errors.isTerminal && isatty(STDIN_FILENO) == 1
        self.init(
            name: name, output: TextOutput(descriptor: STDOUT_FILENO, environment: environment), errors: errors,
            answer: canAsk ? { @Sendable in readLine() } : nil)
    }

    /// Whether there is a person to ask.
    public var canAsk: Bool { answer != nil }

    /// Asks for one line; nil where nobody answers.
    public func ask(_ question: String) -> String? {
        guard let answer else { return nil }
        errors.write(question + " ")
        return answer()
    }

    /// Says in one line why something was not done and what to do about it.
    public func fail(_ text: String) {
        errors.line(StyledText("\(name): ", .color(.red)) + StyledText(text))
    }

    /// Says in one line what may not be as intended; work goes on.
    public func warn(_ text: String) {
        errors.line(StyledText("\(name): warning: ", .color(.yellow)) + StyledText(text))
    }

    /// Says in one line what goes on.
    public func note(_ text: String) { errors.line(StyledText("\(name): \(text)")) }

    /// Writes a value as JSON to standard output: keys in snake case, indented for a person, on one line for a pipe.
    /// - Throws: `EncodingError` where the value cannot be written as JSON.
    public func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if output.isTerminal { encoder.outputFormatting.insert(.prettyPrinted) }
        output.write(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n")
    }
}

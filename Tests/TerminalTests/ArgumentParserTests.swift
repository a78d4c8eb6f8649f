import Testing

@testable import Terminal

private enum Fruit: String, CaseIterable { case apple, pear }

private let count = Option("--count", short: "n", "COUNT", .integer(in: 1...10), "How many")
private let minimum = Option("--min", "FIELD=VALUE", .text, "Least value", isRepeatable: true)
private let ratio = Option("--ratio", "RATIO", .number(in: -1...1), "Share")
private let fruit = Option("--fruit", "KIND", ValueParser<Fruit>.choice, "Kind")
private let json = Flag("--json", "Print JSON")
private let seeds = Parameter("SEED", .text, "What to start from", count: 1...3)

private let program = Command(
    "tool", "Does things",
    subcommands: [
        Command(
            "pick", "Picks fruit", discussion: "First paragraph.\n\nSecond paragraph.",
            parameters: [seeds.description],
            options: [count.description, minimum.description, ratio.description, fruit.description, json.description],
            examples: [Command.Example("tool pick A", "Pick by A")]
        ) { _ in .success },
        Command(
            "index", "Works on the index",
            subcommands: [
                Command("build", "Builds it") { _ in .success }, Command("list", "Lists it") { _ in .success },
            ]),
    ])

private func invocation(_ arguments: String...) throws -> Invocation {
    guard case .run(_, let invocation) = try ArgumentParser(program).parse(arguments) else {
        throw UsageError("help instead of a command")
    }
    return invocation
}

private func usageError(_ arguments: String...) -> UsageError? {
    #expect(throws: UsageError.self) { try ArgumentParser(program).parse(arguments) }
}

private func help(_ arguments: String...) throws -> String {
    guard case .help(let help) = try ArgumentParser(program).parse(arguments) else { return "" }
    return help.text(width: 80)
}

@Suite("Command lines") struct ArgumentParserTests {
    @Test(
        "A value may follow its option or an equals sign", arguments: [["--count", "3"], ["--count=3"], ["-n", "3"]])
    func valuesFollowOrAreJoined(_ arguments: [String]) throws {
        guard case .run(_, let invocation) = try ArgumentParser(program).parse(["pick", "a"] + arguments) else {
            Issue.record("no command was found")
            return
        }
        #expect(invocation[count] == 3)
    }

    @Test func optionsMayStandBeforeAndAfterParameters() throws {
        let invocation = try invocation("pick", "--json", "a", "--count=2", "b")
        #expect(invocation[seeds] == ["a", "b"])
        #expect(invocation[json])
        #expect(invocation[count] == 2)
        #expect(invocation[ratio] == nil)
    }

    @Test func repeatedOptionsKeepTheirOrder() throws {
        let invocation = try invocation("pick", "a", "--min", "tempo=90", "--min=energy=0.5")
        #expect(invocation.all(minimum) == ["tempo=90", "energy=0.5"])
    }

    @Test func everythingAfterTwoHyphensIsAParameter() throws {
        #expect(try invocation("pick", "--", "--json", "-h")[seeds] == ["--json", "-h"])
    }

    @Test func aNegativeNumberIsAValue() throws {
        #expect(try invocation("pick", "a", "--ratio", "-0.5")[ratio] == -0.5)
        #expect(try invocation("pick", "-5")[seeds] == ["-5"])
    }

    @Test func anEnumerationIsChosenByItsWord() throws {
        #expect(try invocation("pick", "a", "--fruit", "pear")[fruit] == .pear)
        #expect(usageError("pick", "a", "--fruit", "plum")?.description.contains("one of apple, pear") == true)
    }

    @Test("A mistyped name is answered with the nearest one")
    func mistypedNamesAreAnsweredWithTheNearest() {
        #expect(usageError("pick", "a", "--cuont", "3")?.description == "unknown option --cuont; did you mean --count?")
        #expect(usageError("pikc")?.description == "unknown command pikc; did you mean pick?")
        #expect(usageError("index", "biuld")?.description == "unknown command biuld; did you mean build?")
        #expect(usageError("zzzzzz")?.description == "unknown command zzzzzz")
    }

    @Test func errorsNameTheCommandWhoseHelpSaysMore() {
        #expect(usageError("pick", "a", "--bogus")?.command == "tool pick")
        #expect(usageError("index", "nothing-like-it")?.command == "tool index")
    }

    @Test("Bad values say what would be accepted", arguments: ["0", "11", "three", "", "1e3", "99999999999999999999"])
    func badValuesSayWhatWouldBeAccepted(_ text: String) {
        let error = usageError("pick", "a", "--count=\(text)")
        #expect(error?.description == "--count must be a whole number from 1 to 10; it is \"\(text)\"")
    }

    @Test func whatIsMissingIsNamed() {
        #expect(usageError("pick")?.description == "SEED is missing: what to start from")
        #expect(usageError("pick", "a", "--count")?.description == "--count needs a value: --count COUNT")
        #expect(usageError("index")?.description.contains("build, list") == true)
        #expect(usageError()?.description.contains("pick, index") == true)
    }

    @Test func whatIsTooMuchIsNamed() {
        #expect(usageError("pick", "a", "b", "c", "d")?.description == "\"d\" is one argument too many")
        #expect(usageError("pick", "a", "--count=1", "--count=2")?.description.contains("given twice") == true)
        #expect(usageError("pick", "a", "--json=yes")?.description == "--json takes no value")
    }

    @Test func escapeSequencesInArgumentsAreNotRepeated() {
        #expect(usageError("pick", "a", "--\u{1B}[31m")?.description.contains("\u{1B}") == false)
        #expect(usageError("pick", "a", "--count", "\u{1B}[2J")?.description.contains("\u{1B}") == false)
    }
}

@Suite("Help") struct HelpTextTests {
    @Test("Help is asked for in several ways", arguments: [["pick", "--help"], ["pick", "-h"], ["help", "pick"]])
    func helpIsAskedForInSeveralWays(_ arguments: [String]) throws {
        guard case .help(let help) = try ArgumentParser(program).parse(arguments) else {
            Issue.record("no help was found")
            return
        }
        #expect(help.text(width: 80).hasPrefix("Picks fruit.\n\nUsage:\n  tool pick [OPTIONS] SEED…\n"))
    }

    @Test func helpWinsOverWhatIsWrong() throws {
        #expect(try help("pick", "--count", "nonsense", "--bogus", "--help").contains("Picks fruit"))
    }

    @Test func everyOptionIsListedWithItsMeaningAligned() throws {
        let lines = try help("pick", "--help").split(separator: "\n").filter { $0.hasPrefix("  -") }
        #expect(lines.count == 6)
        let meanings = ["How many", "Least value", "Share", "Kind", "Print JSON", "Show this help"]
        let columns = zip(lines, meanings).map { line, meaning in
            line.firstRange(of: meaning).map { line.distance(from: line.startIndex, to: $0.lowerBound) } ?? -1
        }
        #expect(Set(columns) == [21])
    }

    @Test func paragraphsAndExamplesAreKept() throws {
        let text = try help("help", "pick")
        #expect(text.contains("First paragraph.\n\nSecond paragraph."))
        #expect(text.contains("Examples:\n  # Pick by A\n  tool pick A\n"))
    }

    @Test func aGroupOfCommandsListsThem() throws {
        let text = try help("index", "--help")
        #expect(text.contains("tool index COMMAND"))
        #expect(text.contains("  build  Builds it\n  list   Lists it"))
    }

    @Test("No line is wider than asked for", arguments: [40, 60, 80, 100])
    func linesKeepToTheWidth(_ width: Int) {
        let command = Command(
            "wide", "Has much to say about nearly everything that one could think of, and more",
            options: [
                Option("--a-rather-long-option-name-indeed", "PLACEHOLDER", .text, "Words, and more words, to wrap")
                    .description, count.description,
            ]
        ) { _ in .success }
        let text = HelpText(command, path: "wide").text(width: width)
        let widest = text.split(separator: "\n").filter { !$0.contains("--a-rather") }.map { DisplayWidth.of($0) }.max()
        #expect((widest ?? .max) <= width)
    }
}

/// The command line of `segue-analyze`.
struct AnalyzeOptions: Equatable {
    /// The file; nil for standard input.
    private(set) var file: String?
    /// Helps where the content does not tell the format.
    var name: String { hint ?? file ?? "" }
    /// Processor time, in seconds.
    private(set) var seconds = 300
    /// Address space, in MiB.
    private(set) var memory = 2_048
    /// Minutes of sound.
    private(set) var longest = 120
    /// Whether system calls are filtered.
    private(set) var isConfined = true
    private var hint: String?

    /// Reads a command line, or nil where it is none.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--unconfined": isConfined = false
            case "--name":
                guard let value = rest.popFirst() else { return nil }
                hint = value
            case "--seconds", "--memory", "--longest":
                guard let value = rest.popFirst().flatMap(Int.init), (1...1_000_000).contains(value) else { return nil }
                switch argument {
                case "--seconds": seconds = value
                case "--memory": memory = value
                default: longest = value
                }
            default:
                guard file == nil, !argument.hasPrefix("--") else { return nil }
                file = argument
            }
        }
    }
}

import AudioDecoding
import Confinement
import FoundationEssentials
import Glibc
import SoundDocument

/// The program `segue-analyze`: one file of sound in, one JSON document out, confined to what that takes.
enum AnalyzeProgram {
    private static let help = """
        usage: segue-analyze [OPTION…] [FILE]

        Decodes FILE, or what stands on standard input, and prints one line of JSON: {"document": …} with its
        descriptors (docs/audio.md), or {"refusal": {"code", "message"}} where it cannot be analysed.

          --seconds N        processor time that it may take (default 300)
          --memory MIB       address space that it may take (default 2048)
          --longest MINUTES  refuse what lasts longer (default 120)
          --name NAME        the name that standard input has, which may tell its format
          --unconfined       leave out the filter of system calls, for debuggers and sanitizers

        Before the first byte is decoded the process gives up opening files, the network, other programs, threads and
        new privileges. `segue analyze` runs many of these side by side.

        exit status: 0 analysed, 1 refused, 2 usage

        """

    /// Runs a command line without the program's name; gives the exit status.
    static func run(_ arguments: [String]) -> Int32 {
        guard !arguments.contains(where: { ["--help", "-h"].contains($0) }) else {
            write(help, to: STDOUT_FILENO)
            return 0
        }
        guard let options = AnalyzeOptions(arguments) else {
            write(help, to: STDERR_FILENO)
            return 2
        }
        let answer = answer(options)
        guard write(encoded(answer), to: STDOUT_FILENO) else { return 1 }
        if case .document = answer { return 0 }
        return 1
    }

    private static func answer(_ options: AnalyzeOptions) -> SoundAnswer {
        do {
            let descriptor = try open(options.file)
            try confine(options)
            return .document(try Listening.document(of: descriptor, options))
        } catch let refusal as SoundRefusal {
            return .refusal(refusal)
        } catch let error as DecodingError {
            return .refusal(SoundRefusal(code: error.code, message: error.description))
        } catch let error as ConfinementError {
            return .refusal(SoundRefusal(code: "unconfined", message: error.description))
        } catch {
            return .refusal(SoundRefusal(code: "unmeasurable", message: "\(error)"))
        }
    }

    private static func open(_ file: String?) throws -> Int32 {
        guard let file else { return STDIN_FILENO }
        let descriptor = Glibc.open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw SoundRefusal(code: "unreadable", message: "\(file): \(String(cString: strerror(errno)))")
        }
        return descriptor
    }

    private static func confine(_ options: AnalyzeOptions) throws {
        try ResourceLimits(
            processorSeconds: options.seconds, addressSpace: options.memory << 20, fileSize: 64 << 20, openFiles: 16
        ).apply()
        if options.isConfined { try SystemCallFilter.apply() }
    }

    private static func encoded(_ answer: SoundAnswer) -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Every number in a document is finite, which is all that could be refused.
        let data = (try? encoder.encode(answer)) ?? Data(#"{"refusal":{"code":"numbers","message":"not finite"}}"#.utf8)
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    @discardableResult
    private static func write(_ text: String, to descriptor: Int32) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                written += count
            }
            return true
        }
    }
}

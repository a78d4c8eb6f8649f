internal import CSpawn
internal import Glibc
internal import Synchronization

/// A program that is run once, with a file as its input, and watched.
public struct ChildProcess: Sendable {
    /// How a run ended.
    public enum Ending: Sendable, Hashable {
        /// It ended by itself with a status.
        case exited(Int32)
        /// A signal ended it, a limit's or a fault's.
        case signalled(Int32)
        /// It took longer than it may and was killed.
        case tookTooLong
        /// It wrote more than it may and was killed.
        case wroteTooMuch
    }

    /// Why a run could not begin.
    public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// What failed, with the system's text.
        public let description: String
    }

    /// The path of the program.
    public let program: String
    /// Seconds of time on the wall.
    public let patience: Double
    /// Bytes that it may write.
    public let outputLimit: Int

    /// Describes runs of a program.
    public init(program: String, patience: Double, outputLimit: Int) {
        self.program = program
        self.patience = patience
        self.outputLimit = outputLimit
    }

    /// Runs the program and waits for its end, with an empty environment and its three streams.
    ///
    /// Blocks the calling thread: not for the cooperative pool.
    /// - Parameter input: an open descriptor, which stays the caller's.
    /// - Throws: `Failure` where the program cannot be started.
    public func run(_ arguments: [String], input: Int32) throws(Failure) -> (output: [UInt8], ending: Ending) {
        let started = Self.starting.withLock { _ in start(arguments, input: input) }
        let (child, end) = try started.get()
        let deadline = Self.now() + patience
        var (output, excess) = collect(end, until: deadline)
        close(end)
        // Who has closed its output need not be at its end.
        if excess == nil, !Self.hasEnded(child, by: deadline) { excess = .tookTooLong }
        if excess != nil { kill(child, SIGKILL) }
        let status = Self.wait(for: child)
        if let excess { return (output, excess) }
        // The low seven bits are the signal, and 0 where the program ended by itself.
        return (output, status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .signalled(status & 0x7f))
    }

    /// One start at a time: a child that is started while another one's pipe is not yet marked to be closed would hold it
    /// open until its own end.
    private static let starting = Mutex(())

    /// Starts the program; gives it with the end of the pipe that it writes into.
    private func start(_ arguments: [String], input: Int32) -> Result<(pid_t, Int32), Failure> {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return .failure(Self.failure("a pipe", errno)) }
        defer { close(ends[1]) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        do throws(Failure) {
            return .success((try spawn(arguments, input: input, output: ends[1]), ends[0]))
        } catch {
            close(ends[0])
            return .failure(error)
        }
    }

    private func spawn(_ arguments: [String], input: Int32, output: Int32) throws(Failure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        // Whatever this process has open besides, marked to be closed or not.
        segue_close_from(&actions, 3)
        // A group of its own, so that Ctrl-C asks the one who waits for it and not the program itself.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        var child: pid_t = 0
        let status = posix_spawn(&child, program, &actions, &attributes, &words, &environment)
        guard status == 0 else { throw Self.failure(program, status) }
        return child
    }

    /// Reads until the program closes its output, or has written too much or taken too long.
    private func collect(_ descriptor: Int32, until end: Double) -> (output: [UInt8], excess: Ending?) {
        var output: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let left = end - Self.now()
            guard left > 0 else { return (output, .tookTooLong) }
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, Int32(min(left * 1_000 + 1, 60_000))) > 0 else { continue }
            let count = read(descriptor, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return (output, nil) }
            output.append(contentsOf: block[..<count])
            guard output.count <= outputLimit else { return (output, .wroteTooMuch) }
        }
    }

    /// Waits until a child has ended, which is left to be asked how; false where it has not by then.
    private static func hasEnded(_ child: pid_t, by end: Double) -> Bool {
        var pause: useconds_t = 100
        while true {
            var ended = siginfo_t()
            let status = waitid(P_PID, id_t(child), &ended, WEXITED | WNOHANG | WNOWAIT)
            if status == 0 ? ended.si_signo != 0 : errno != EINTR { return true }
            guard now() < end else { return false }
            usleep(pause)
            pause = min(pause * 2, 20_000)
        }
    }

    private static func wait(for child: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return status
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func failure(_ what: String, _ number: Int32) -> Failure {
        Failure(description: "\(what): \(String(cString: strerror(number)))")
    }
}

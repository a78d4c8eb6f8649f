import Foundation
import Synchronization

/// Runs an actor's jobs in order on one thread of its own, where they may block.
///
/// The thread lives as long as the executor. SIGPIPE is blocked on it: the library writes to sockets with `write`, and
/// a peer that hung up shall be an error, not the end of the process.
final class SerialThreadExecutor: SerialExecutor {
    private let mailbox = Mailbox()

    init(name: String) {
        let thread = Thread { [mailbox] in
            var signals = sigset_t()
            sigemptyset(&signals)
            sigaddset(&signals, SIGPIPE)
            pthread_sigmask(SIG_BLOCK, &signals, nil)
            mailbox.runJobs()
        }
        thread.name = name
        thread.start()
    }

    deinit { mailbox.post(.stop) }

    func enqueue(_ job: consuming ExecutorJob) {
        mailbox.post(.run(UnownedJob(job), asUnownedSerialExecutor()))
    }
}

/// What the thread waits on; it outlives the executor by as long as the thread needs to notice.
private final class Mailbox: Sendable {
    enum Letter {
        case run(UnownedJob, UnownedSerialExecutor)
        case stop
    }

    private let letters = Mutex<[Letter]>([])
    private let arrivals = DispatchSemaphore(value: 0)

    func post(_ letter: Letter) {
        letters.withLock { $0.append(letter) }
        arrivals.signal()
    }

    func runJobs() {
        while true {
            arrivals.wait()
            switch letters.withLock({ $0.removeFirst() }) {
            case .run(let job, let executor): job.runSynchronously(on: executor)
            case .stop: return
            }
        }
    }
}

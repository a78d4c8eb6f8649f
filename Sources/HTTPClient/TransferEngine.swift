internal import CCurl
internal import Foundation
internal import Synchronization

/// The thread on which all transfers of a client happen, and the mailbox through which others reach it.
final class TransferEngine: Sendable {
    /// What others ask of the thread.
    struct Mail {
        var submitted: [Transfer] = []
        var cancelled: [Transfer] = []
        /// Submitted and not yet under way.
        var waiting = 0
        var isStopped = false
        /// The library's handle while the thread lives; only `curl_multi_wakeup` may be called from elsewhere, and only
        /// under this lock, so that the handle cannot be gone.
        var handle: SendablePointer?
    }

    let configuration: HTTPClientConfiguration
    private let mail = Mutex(Mail())

    init(configuration: HTTPClientConfiguration) { self.configuration = configuration }

    func start() {
        // Before the first handle: the library's own first call is not safe against other threads.
        _ = Self.isLibraryReady
        let thread = Thread { self.run() }
        thread.name = "http"
        thread.start()
    }

    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    func stop() {
        mail.withLock {
            $0.isStopped = true
            $0.wake()
        }
    }

    func submit(_ transfer: Transfer) {
        let refusal = mail.withLock { mail -> HTTPClientError? in
            if mail.isStopped { return .closed }
            if mail.waiting >= configuration.maximumWaiting { return .busy(waiting: mail.waiting) }
            mail.submitted.append(transfer)
            mail.waiting += 1
            mail.wake()
            return nil
        }
        if let refusal { transfer.end(.failure(refusal)) }
    }

    func cancel(_ transfer: Transfer) {
        transfer.end(.failure(.cancelled))
        mail.withLock {
            $0.cancelled.append(transfer)
            $0.wake()
        }
    }

    private func run() {
        blockBrokenPipe()
        guard let multi = curl_multi_init() else { return fail(.failed(code: 0, "out of memory")) }
        mail.withLock { $0.handle = SendablePointer(pointer: multi) }
        var transfers = Transfers(multi: multi, configuration: configuration)
        while let letters = collect() {
            for transfer in letters.cancelled { transfers.abandon(transfer) }
            for transfer in letters.submitted { transfers.enqueue(transfer) }
            transfers.proceed()
            mail.withLock { $0.waiting = $0.submitted.count + transfers.waitingCount }
            transfers.wait()
        }
        mail.withLock { $0.handle = nil }
        transfers.abandonAll(.closed)
        fail(.closed)
        curl_multi_cleanup(multi)
    }

    /// What was asked since the last time; nil to stop.
    private func collect() -> (submitted: [Transfer], cancelled: [Transfer])? {
        mail.withLock { mail in
            guard !mail.isStopped else { return nil }
            defer { (mail.submitted, mail.cancelled) = ([], []) }
            return (mail.submitted, mail.cancelled)
        }
    }

    /// Refuses what nobody will carry out any more.
    private func fail(_ error: HTTPClientError) {
        let left = mail.withLock { mail in
            mail.isStopped = true
            defer { mail.submitted = [] }
            return mail.submitted
        }
        for transfer in left { transfer.end(.failure(error)) }
    }

    /// A peer that hung up shall be an error, not the end of the process.
    private func blockBrokenPipe() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}

extension TransferEngine.Mail {
    fileprivate func wake() { if let handle { curl_multi_wakeup(handle.pointer) } }
}

/// An address that threads hand to each other.
///
/// Unchecked: the address itself is a number; whoever uses it does so under the lock that guards its life.
struct SendablePointer: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
}

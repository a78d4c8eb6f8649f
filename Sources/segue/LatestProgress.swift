import Providers
import Synchronization

/// How far a pass has come, for those who watch it.
final class LatestProgress: Sendable {
    private let stored = Mutex(Enricher.Progress())

    var value: Enricher.Progress {
        get { stored.withLock { $0 } }
        set { stored.withLock { $0 = newValue } }
    }
}

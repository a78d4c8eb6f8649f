internal import Synchronization

/// A configuration that may be changed while requests are answered.
final class LiveConfiguration: Sendable {
    private let current: Mutex<APIConfiguration>

    init(_ configuration: APIConfiguration) { current = Mutex(configuration) }

    /// The configuration at this moment.
    var value: APIConfiguration { current.withLock { $0 } }

    func change(_ change: (inout APIConfiguration) -> Void) { current.withLock { change(&$0) } }
}

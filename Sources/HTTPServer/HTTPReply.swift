/// How a handler answers: on the spot, or when it is done waiting.
public enum HTTPReply: Sendable {
    /// The answer is ready. It goes out on the thread that read the request, without a hop.
    case now(HTTPResponse)

    /// The answer has to wait for something. The connection is set aside, the closure runs in a task, and its answer
    /// goes out when it returns.
    ///
    /// The task is cancelled once the request's time is over or the server stops; what it returns then is dropped.
    case later(@Sendable () async -> HTTPResponse)
}

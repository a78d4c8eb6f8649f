extension Task where Failure == any Error {
    /// Waits for it as for a part of the caller: when the caller is cancelled, it is too.
    func joined() async throws -> Success {
        try await withTaskCancellationHandler {
            try await value
        } onCancel: {
            cancel()
        }
    }
}

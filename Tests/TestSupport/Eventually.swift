/// Waits until a condition holds, looking every 20 ms.
///
/// For whatever happens in its own time. The limit ends a test that would hang, and is no claim of speed: a machine may
/// be slow, or pause for seconds.
///
/// - Throws: `NeverHeld` after six thousand looks, which is two minutes at least; what `condition` throws.
public func eventually(
    fileID: String = #fileID, line: Int = #line, _ condition: () async throws -> Bool
) async throws {
    for _ in 0..<6_000 {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(20))
    }
    throw NeverHeld(fileID: fileID, line: line)
}

/// A condition that was waited for in vain.
public struct NeverHeld: Error, CustomStringConvertible {
    let fileID: String
    let line: Int

    /// Where it was waited for.
    public var description: String { "what \(fileID):\(line) waits for did not come to be within two minutes" }
}

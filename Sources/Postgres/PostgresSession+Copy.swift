internal import CPostgres

extension PostgresSession {
    /// Sends the bytes of one complete `COPY … FROM STDIN` and says how many rows arrived.
    /// - Throws: `PostgresError`, `CancellationError`.
    @discardableResult
    public func copyIn(_ statement: SQL, _ bytes: [UInt8]) async throws -> Int {
        try await perform {
            try connection.beginCopy(statement, expecting: PGRES_COPY_IN)
            try connection.putCopy(bytes, statement.text)
            return try connection.endCopy(statement.text)
        }
    }

    /// Streams chunks into `COPY … FROM STDIN`, asking for the next only when the server has taken the last, and says
    /// how many rows arrived.
    /// - Throws: `PostgresError`, `CancellationError`, what `chunks` throws; nothing is stored then.
    @discardableResult
    public func copyIn<Chunks: AsyncSequence & Sendable>(
        _ statement: SQL, from chunks: Chunks
    ) async throws -> Int where Chunks.Element == [UInt8] {
        try await perform { try connection.beginCopy(statement, expecting: PGRES_COPY_IN) }
        isCopying = true
        defer { isCopying = false }
        do {
            for try await chunk in chunks {
                try await performInCopy { try connection.putCopy(chunk, statement.text) }
            }
            try Task.checkCancellation()
            return try await performInCopy { try connection.endCopy(statement.text) }
        } catch {
            connection.abandonCopyIn()
            throw error
        }
    }

    /// Streams the bytes of `COPY … TO STDOUT` to `consume` in chunks of whole rows, the next one only when `consume`
    /// has returned.
    /// - Throws: `PostgresError`, `CancellationError`, what `consume` throws.
    public func copyOut(
        _ statement: SQL, chunkSize: Int = 1 << 16, _ consume: @Sendable ([UInt8]) async throws -> Void
    ) async throws {
        try await perform { try connection.beginCopy(statement, expecting: PGRES_COPY_OUT) }
        isCopying = true
        defer { isCopying = false }
        do {
            var isOver = false
            while !isOver {
                let (chunk, isLast) = try await performInCopy {
                    try connection.getCopy(atLeast: chunkSize, statement.text)
                }
                isOver = isLast
                if !chunk.isEmpty { try await consume(chunk) }
            }
        } catch {
            abandonCopyOut()
            throw error
        }
    }

    private func performInCopy<Value>(_ body: () throws -> Value) async throws -> Value {
        isCopying = false
        defer { isCopying = true }
        return try await perform(body)
    }

    private func abandonCopyOut() {
        guard !connection.isLost else { return }
        CancelHandle(connectionAt: connection.address).request()
        connection.abandonCopyOut()
    }
}

extension ConnectionHandle {
    func beginCopy(_ statement: SQL, expecting status: ExecStatusType) throws(PostgresError) {
        precondition(statement.parameters.isEmpty, "COPY takes no bindings")
        let result = try executeScript(statement.text)
        precondition(result.status == status, "not a COPY in this direction: \(statement.text)")
    }

    func putCopy(_ bytes: [UInt8], _ statement: String) throws(PostgresError) {
        let sent = bytes.withUnsafeBytes {
            PQputCopyData(pointer, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count))
        }
        guard sent == 1 else { throw error(statement: statement) }
    }

    func endCopy(_ statement: String) throws(PostgresError) -> Int {
        guard PQputCopyEnd(pointer, nil) == 1 else { throw error(statement: statement) }
        defer { drainResults() }
        guard let result = try nextResult(statement) else { return 0 }
        return result.affectedRows
    }

    func abandonCopyIn() {
        PQputCopyEnd(pointer, "abandoned by the client")
        drainResults()
    }

    /// Whole rows of at least `size` bytes, or what is left, and whether that was all.
    func getCopy(atLeast size: Int, _ statement: String) throws(PostgresError) -> (chunk: [UInt8], isLast: Bool) {
        var chunk: [UInt8] = []
        while chunk.count < size {
            var row: UnsafeMutablePointer<CChar>?
            let count = PQgetCopyData(pointer, &row, 0)
            defer { PQfreemem(row) }
            guard count > 0 else {
                guard count == -1 else { throw error(statement: statement) }
                while try nextResult(statement) != nil {}
                return (chunk, true)
            }
            chunk.append(contentsOf: UnsafeRawBufferPointer(start: row, count: Int(count)))
        }
        return (chunk, false)
    }

    func abandonCopyOut() {
        var row: UnsafeMutablePointer<CChar>?
        while PQgetCopyData(pointer, &row, 0) > 0 {
            PQfreemem(row)
            row = nil
        }
        drainResults()
    }
}

internal import CPostgres
internal import Glibc

/// Owns a `PGconn`; every blocking call of the library is made here.
struct ConnectionHandle: ~Copyable {
    let pointer: OpaquePointer

    /// Connects, which takes at most the configuration's timeout for each address.
    init(_ configuration: PostgresConfiguration) throws(PostgresError) {
        guard let candidate = Self.open(configuration.pairs) else {
            throw PostgresError(
                sqlState: .unableToConnect, message: "out of memory for a connection", isConnectionLost: true)
        }
        guard PQstatus(candidate) == CONNECTION_OK else {
            let message = String(cString: PQerrorMessage(candidate))
            PQfinish(candidate)
            throw PostgresError(sqlState: .unableToConnect, message: message, isConnectionLost: true)
        }
        PQsetNoticeReceiver(candidate, ignoreNotice, nil)
        pointer = candidate
    }

    deinit { PQfinish(pointer) }

    private static func open(_ pairs: [(String, String)]) -> OpaquePointer? {
        let keys = pairs.map { strdup($0.0) } + [nil]
        let values = pairs.map { strdup($0.1) } + [nil]
        defer { for text in keys + values { free(text) } }
        return PQconnectdbParams(keys.map { UnsafePointer($0) }, values.map { UnsafePointer($0) }, 1)
    }

    var address: UInt { UInt(bitPattern: pointer) }
    var isLost: Bool { PQstatus(pointer) != CONNECTION_OK }
    var isIdle: Bool { PQtransactionStatus(pointer) == PQTRANS_IDLE }
    var isInTransaction: Bool { PQtransactionStatus(pointer) == PQTRANS_INTRANS }
    var socket: Int32 { PQsocket(pointer) }
    var backend: Int32 { PQbackendPID(pointer) }

    /// A failure that has no result of its own.
    func error(statement: String) -> PostgresError {
        PostgresError(
            sqlState: .connectionFailure, message: String(cString: PQerrorMessage(pointer)), statement: statement,
            isConnectionLost: isLost)
    }

    /// Runs one statement with its bindings and waits for its result.
    func execute(_ sql: SQL) throws(PostgresError) -> ResultHandle {
        let raw = sql.withBindings { text, count, types, values, lengths, formats in
            PQexecParams(pointer, text, count, types, values, lengths, formats, 1)
        }
        return try checked(raw, sql.text)
    }

    /// Runs a script of any number of statements without bindings; the result is the last one's.
    func executeScript(_ script: String) throws(PostgresError) -> ResultHandle {
        try checked(PQexec(pointer, script), script)
    }

    /// Sends a statement whose rows then arrive one by one from `nextResult`.
    func send(_ sql: SQL) throws(PostgresError) {
        let sent = sql.withBindings { text, count, types, values, lengths, formats in
            PQsendQueryParams(pointer, text, count, types, values, lengths, formats, 1)
        }
        guard sent == 1, PQsetSingleRowMode(pointer) == 1 else { throw error(statement: sql.text) }
    }

    /// The next result of a statement that was sent; nil at the end.
    func nextResult(_ statement: String) throws(PostgresError) -> ResultHandle? {
        guard let raw = PQgetResult(pointer) else { return nil }
        return try checked(raw, statement)
    }

    /// Reads and drops what is left of a statement.
    func drainResults() {
        while let result = ResultHandle(PQgetResult(pointer)) { _ = result.status }
    }

    private func checked(_ raw: OpaquePointer?, _ statement: String) throws(PostgresError) -> ResultHandle {
        guard let result = ResultHandle(raw) else { throw error(statement: statement) }
        let status = result.status
        if status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE || status == PGRES_NONFATAL_ERROR {
            throw result.error(statement: statement, connectionLost: isLost)
        }
        if status == PGRES_EMPTY_QUERY {
            throw PostgresError(sqlState: SQLState(rawValue: "42601"), message: "empty statement", statement: statement)
        }
        return result
    }
}

/// Notices would be printed to stderr by the library; whoever wants them reads the server's log.
private func ignoreNotice(_ argument: UnsafeMutableRawPointer?, _ result: OpaquePointer?) {}

extension SQL {
    /// Lends text and bindings in the form that the library takes.
    fileprivate func withBindings<Result>(
        _ body: (
            UnsafePointer<CChar>, Int32, [UInt32], [UnsafePointer<CChar>?], [Int32], [Int32]
        ) -> Result
    ) -> Result {
        let arena = parameters.flatMap { parameter -> [UInt8] in parameter.bytes ?? [] } + [0]
        return arena.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { bytes in
                var offset = 0
                let values = parameters.map { parameter -> UnsafePointer<CChar>? in
                    guard let count = parameter.bytes?.count else { return nil }
                    defer { offset += count }
                    return bytes.baseAddress.map { $0 + offset }
                }
                return text.withCString {
                    body(
                        $0, Int32(parameters.count), parameters.map(\.type), values,
                        parameters.map { Int32($0.bytes?.count ?? 0) }, parameters.map { _ in 1 })
                }
            }
        }
    }
}

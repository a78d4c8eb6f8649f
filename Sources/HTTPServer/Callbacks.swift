import CMicrohttpd
import Glibc
import Synchronization

// What the library calls, on its own threads. Functions at file scope, so that they inherit no actor's isolation.

/// A connection was opened or is about to be closed; its `Connection` hangs from the socket's context meanwhile.
func onConnection(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?,
    socketContext: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, event: MHD_ConnectionNotificationCode
) {
    guard let context, let connection, let socketContext else { return }
    let daemon = Unmanaged<Daemon.Context>.fromOpaque(context).takeUnretainedValue()
    switch event {
    case .CONNECTION_NOTIFY_STARTED:
        let client = Connection(
            core: daemon.core, socket: segue_http_socket(connection), remoteAddress: remoteAddress(of: connection))
        daemon.core.register(client.watch)
        socketContext.pointee = Unmanaged.passRetained(client).toOpaque()
    default:
        daemon.connections.subtract(1, ordering: .relaxed)
        guard let client = socketContext.pointee else { return }
        socketContext.pointee = nil
        daemon.core.unregister(Unmanaged<Connection>.fromOpaque(client).takeRetainedValue().watch)
    }
}

/// A request line was read. What this returns becomes the request's context, which is not used.
func onTarget(
    context: UnsafeMutableRawPointer?, target: UnsafePointer<CChar>?, connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    if let target, let connection { client(of: connection)?.beginRequest(target: target) }
    return nil
}

/// A request has come a step further.
func onAccess(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?, url: UnsafePointer<CChar>?,
    method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?, chunk: UnsafePointer<CChar>?,
    chunkSize: UnsafeMutablePointer<Int>?, requestContext: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let connection, let method, let chunkSize, let client = client(of: connection) else { return .NO }
    if segue_http_first_call_on_this_thread() { client.core.handler.prepareThread() }
    let piece = UnsafeRawBufferPointer(start: chunk, count: chunkSize.pointee)
    chunkSize.pointee = 0
    return client.proceed(connection, method: method, chunk: piece) ? .YES : .NO
}

/// A request is over.
func onCompleted(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?,
    requestContext: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, reason: MHD_RequestTerminationCode
) {
    guard let connection else { return }
    client(of: connection)?.finishRequest(isComplete: reason == .REQUEST_TERMINATED_COMPLETED_OK)
}

private func client(of connection: OpaquePointer) -> Connection? {
    segue_http_socket_context(connection).map { Unmanaged<Connection>.fromOpaque($0).takeUnretainedValue() }
}

private func remoteAddress(of connection: OpaquePointer) -> String {
    guard let address = segue_http_client_address(connection) else { return "" }
    let length =
        Int32(address.pointee.sa_family) == AF_INET6
        ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let status = getnameinfo(address, socklen_t(length), &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
    return status == 0 ? String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) : ""
}

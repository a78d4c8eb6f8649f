internal import CCurl

/// One transfer as the library keeps it. Confined to the engine's thread.
final class EasyHandle {
    let pointer: UnsafeMutableRawPointer
    let transfer: Transfer
    private let reception: Reception
    private let message: UnsafeMutablePointer<CChar>
    private var headers: UnsafeMutablePointer<curl_slist>?

    /// Sets a transfer up; nil when memory has run out.
    init?(_ transfer: Transfer) {
        guard let pointer = curl_easy_init() else { return nil }
        (self.pointer, self.transfer) = (pointer, transfer)
        reception = Reception(maximumBodyBytes: transfer.request.maximumBodyBytes)
        message = .allocate(capacity: Int(CURL_ERROR_SIZE))
        message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        setTarget()
        setLimits()
        setSecurity()
        setReception()
        setContent()
    }

    deinit {
        curl_easy_cleanup(pointer)
        curl_slist_free_all(headers)
        message.deallocate()
    }

    private func set(_ option: CURLoption, _ value: Int) { _ = segue_curl_set_number(pointer, option, value) }
    private func set(_ option: CURLoption, _ value: String) { _ = segue_curl_set_text(pointer, option, value) }

    private func setTarget() {
        set(CURLOPT_URL, transfer.request.url)
        set(CURLOPT_USERAGENT, transfer.userAgent)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_FOLLOWLOCATION, 0)
        // Empty: everything that the library can unpack.
        set(CURLOPT_ACCEPT_ENCODING, "")
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        if !transfer.usesEnvironmentProxy { set(CURLOPT_PROXY, "") }
        if !transfer.request.isRepeatable { set(CURLOPT_FRESH_CONNECT, 1) }
    }

    private func setLimits() {
        let timeouts = transfer.request.timeouts
        // The library's own signals would strike other threads.
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_CONNECTTIMEOUT_MS, max(1, timeouts.connect.milliseconds))
        set(CURLOPT_TIMEOUT_MS, max(1, (transfer.deadline - .now).milliseconds))
        set(CURLOPT_LOW_SPEED_LIMIT, timeouts.slowBytesPerSecond)
        set(CURLOPT_LOW_SPEED_TIME, max(1, timeouts.slow.milliseconds / 1_000))
        _ = segue_curl_set_size(
            pointer, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(max(1, transfer.request.maximumBodyBytes)))
    }

    private func setSecurity() {
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let file = transfer.trustedCertificates { set(CURLOPT_CAINFO, file) }
    }

    private func setReception() {
        let context = Unmanaged.passUnretained(reception).toOpaque()
        _ = segue_curl_set_data_callback(pointer, CURLOPT_WRITEFUNCTION, receiveBody)
        _ = segue_curl_set_pointer(pointer, CURLOPT_WRITEDATA, context)
        _ = segue_curl_set_data_callback(pointer, CURLOPT_HEADERFUNCTION, receiveHeader)
        _ = segue_curl_set_pointer(pointer, CURLOPT_HEADERDATA, context)
        _ = segue_curl_set_pointer(pointer, CURLOPT_ERRORBUFFER, message)
    }

    private func setContent() {
        let request = transfer.request
        switch request.method {
        case .get: set(CURLOPT_HTTPGET, 1)
        case .head: set(CURLOPT_NOBODY, 1)
        case .post, .put, .patch, .delete:
            if request.body != nil || request.method != .delete { setBody(request.body ?? []) }
            set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
        for header in request.headers {
            append(header.value.isEmpty ? "\(header.name);" : "\(header.name): \(header.value)")
        }
        // Waiting for a permission to send costs a second where servers do not know it.
        append("Expect:")
        if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) { append("Content-Type:") }
        _ = segue_curl_set_pointer(pointer, CURLOPT_HTTPHEADER, headers)
    }

    private func setBody(_ body: [UInt8]) {
        set(CURLOPT_POST, 1)
        _ = segue_curl_set_size(pointer, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
        body.withUnsafeBytes { bytes in
            let start = bytes.baseAddress.map { UnsafeMutableRawPointer(mutating: $0) }
            // An empty body still needs an address, or the library would read one from a callback.
            _ = segue_curl_set_pointer(pointer, CURLOPT_COPYPOSTFIELDS, start ?? UnsafeMutableRawPointer(message))
        }
    }

    private func append(_ line: String) { headers = curl_slist_append(headers, line) ?? headers }

    /// What the transfer comes to, once the library is done with it.
    func ending(_ code: CURLcode) -> Transfer.Ending {
        guard code == CURLE_OK else { return .failure(reception.refusal ?? error(code)) }
        guard reception.hasWholeHead else { return .failure(.cut("it ended within the headers")) }
        let duration = Duration.microseconds(segue_curl_get_size(pointer, CURLINFO_TOTAL_TIME_T))
        let response = HTTPClientResponse(
            status: segue_curl_get_number(pointer, CURLINFO_RESPONSE_CODE), headers: reception.headers,
            body: reception.body, duration: duration,
            reusedConnection: segue_curl_get_number(pointer, CURLINFO_NUM_CONNECTS) == 0)
        let redirect = segue_curl_get_text(pointer, CURLINFO_REDIRECT_URL).map { String(cString: $0) }
        return .success(TransferOutcome(response: response, redirect: redirect))
    }

    private func error(_ code: CURLcode) -> HTTPClientError {
        if code == CURLE_OPERATION_TIMEDOUT { return .timedOut(phase) }
        let text = String(cString: message)
        let reason = text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
        return HTTPClientError(code, reason: reason, limit: transfer.request.maximumBodyBytes)
    }

    private var phase: HTTPClientError.Phase {
        // Filled once the connection, with its TLS, stands.
        guard segue_curl_get_size(pointer, CURLINFO_PRETRANSFER_TIME_T) > 0 else { return .connecting }
        return transfer.deadline - .now > .milliseconds(50) ? .stalled : .total
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    fileprivate var milliseconds: Int { Int(self / .milliseconds(1)) }
}

extension HTTPClientError {
    /// What the library's codes mean here.
    fileprivate init(_ code: CURLcode, reason: String, limit: Int) {
        switch code {
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: self = .invalidRequest(reason)
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: self = .nameResolution(reason)
        case CURLE_COULDNT_CONNECT: self = .connect(reason)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_USE_SSL_FAILED:
            self = .tls(reason)
        case CURLE_FILESIZE_EXCEEDED: self = .tooLarge(limit: limit)
        case CURLE_PARTIAL_FILE: self = .truncated
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM: self = .cut(reason)
        case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING: self = .malformed(reason)
        default: self = .failed(code: Int(code.rawValue), reason)
        }
    }
}

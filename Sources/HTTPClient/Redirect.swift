internal import CCurl

extension HTTPClientRequest {
    /// The request that a redirect asks for; nil for a status that is none.
    ///
    /// - Parameter target: absolute, as the library resolved it.
    /// - Throws: `HTTPClientError.redirectRefused` for another host, port or a step from TLS to plain text.
    func redirected(to target: String, _ status: Int) throws(HTTPClientError) -> HTTPClientRequest? {
        guard [301, 302, 303, 307, 308].contains(status) else { return nil }
        guard let from = Origin(url), let to = Origin(target) else {
            throw .redirectRefused(to: "an address that is not HTTP")
        }
        guard from.admits(to) else { throw .redirectRefused(to: to.host) }
        var next = self
        next.url = target
        // RFC 9110, 15.4: after 303, and by custom after 301 and 302, the answer to a changing request is read by GET.
        if status == 303 ? method != .head : status < 303 && method == .post {
            (next.method, next.body, next.isRepeatable) = (.get, nil, true)
            next.headers.removeAll { $0.name.lowercased().hasPrefix("content-") }
        }
        return next
    }
}

/// Whom a URL addresses, as the library that will connect reads it.
struct Origin: Hashable {
    let scheme: String
    let host: String
    let port: String

    /// Nil for what is no URL of HTTP.
    init?(_ url: String) {
        guard let handle = curl_url() else { return nil }
        defer { curl_url_cleanup(handle) }
        guard curl_url_set(handle, CURLUPART_URL, url, 0) == CURLUE_OK,
            let scheme = Self.part(CURLUPART_SCHEME, of: handle), ["http", "https"].contains(scheme),
            let host = Self.part(CURLUPART_HOST, of: handle), let port = Self.part(CURLUPART_PORT, of: handle)
        else { return nil }
        (self.scheme, self.host, self.port) = (scheme, host.lowercased(), port)
    }

    /// Whether a request to this origin may be sent on to another: the same, or the same host's TLS.
    func admits(_ other: Origin) -> Bool {
        if self == other { return true }
        return host == other.host && (scheme, port) == ("http", "80") && (other.scheme, other.port) == ("https", "443")
    }

    private static func part(_ part: CURLUPart, of handle: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        let flags = UInt32(CURLU_DEFAULT_PORT)
        guard curl_url_get(handle, part, &text, flags) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}

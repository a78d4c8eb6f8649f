internal import Cache
internal import Foundation
internal import HTTPClient
public import Providers

/// Downloads previews: within limits of size and time, and not too often.
public struct PreviewDownload: Sendable {
    /// Bytes that half a minute has at most, in any format in use; twice as much is admitted.
    static let maximumBytes = 4 << 20

    private let client: ServiceClient
    private let hosts: PreviewHosts

    /// Downloads from some hosts.
    /// - Parameter perSecond: downloads a second in the long run, at all services together.
    public init(perSecond: Double, hosts: PreviewHosts, support: ServiceSupport) {
        self.init(.previews(perSecond: perSecond), hosts: hosts, support: support)
    }

    init(_ configuration: ServiceConfiguration, hosts: PreviewHosts, support: ServiceSupport) {
        (self.hosts, client) = (hosts, ServiceClient(configuration, support))
    }

    /// The bytes behind an address.
    /// - Throws: `ServiceError`; of kind `refusedHere` for hosts that are not admitted.
    func bytes(_ address: String) async throws(ServiceError) -> [UInt8] {
        var call = ServiceCall(endpoint: "/{preview}", path: [])
        guard hosts.admit(address) else {
            throw ServiceError(
                .refusedHere, service: client.name, endpoint: call.endpoint,
                reason: "the address is not of a host in SEGUE_PREVIEW_HOSTS")
        }
        call.address = address
        call.expectsJSON = false
        return try await client.answer(call) { Array($0.body) }
    }
}

extension ServiceConfiguration {
    static func previews(perSecond: Double) -> ServiceConfiguration {
        var configuration = ServiceConfiguration(
            name: "previews", baseURL: "", rate: .init(perSecond: perSecond, burst: max(1, perSecond)))
        configuration.maximumBodyBytes = PreviewDownload.maximumBytes
        configuration.timeouts.total = .seconds(30)
        configuration.timeouts.slow = .seconds(5)
        configuration.timeouts.slowBytesPerSecond = 4_096
        configuration.retry.attempts = 3
        // Addresses have little to do with each other: only six of them in a row, each tried three times, mean more.
        configuration.breaker.failures = 18
        configuration.judge = judge
        return configuration
    }

    /// What says of itself that it is no sound is not: an error page with status 200 is as common as one with its own.
    @Sendable private static func judge(_ response: HTTPClientResponse, _ call: ServiceCall) -> Verdict {
        let verdict = Verdict.standard(response, call)
        guard verdict == .success else { return verdict }
        let type = (response.header("content-type") ?? "").lowercased().prefix { $0 != ";" }
        let isText = type.hasPrefix("text/") || type.hasSuffix("json") || type.hasSuffix("xml")
        if isText { return .rejected(reason: "it is \(type.prefix(40)), not sound") }
        return response.body.isEmpty ? .rejected(reason: "it is empty") : .success
    }
}

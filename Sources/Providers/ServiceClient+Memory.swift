public import Catalog
import Foundation
import HTTPClient

extension ServiceClient {
    /// What is remembered under the given keys; all of it is missing when the memory itself is out of reach.
    ///
    /// For services that are asked for many things at once: each thing is remembered by itself.
    public func remembered(_ keys: [String]) async -> [String: RememberedResponse] {
        guard let store = support.responses, !keys.isEmpty else { return [:] }
        let found = (try? await store.responses(of: name, keys: keys, at: support.clock.now())) ?? [:]
        if !found.isEmpty { support.metrics.recordRemembered(name, count: found.count) }
        return found
    }

    /// Remembers answers, and with nil that there is none, by key. Losing them costs a call, so nothing is thrown.
    public func remember(_ bodies: [String: String?], for lifetime: Duration, misses: Duration) async {
        guard let store = support.responses, !bodies.isEmpty else { return }
        let now = support.clock.now()
        let responses = bodies.mapValues { body in
            RememberedResponse(
                body: body, expiresAt: now.addingTimeInterval((body == nil ? misses : lifetime) / .seconds(1)))
        }
        try? await store.remember(responses, of: name)
    }

    /// The remembered answer to a call; nil where there is none that can be read.
    /// - Throws: `ServiceError.missing` where it is remembered that there is no such thing.
    func recalled<Value: Sendable>(
        _ call: ServiceCall, _ decode: @Sendable (ServiceAnswer) throws -> Value
    ) async throws(ServiceError) -> Value? {
        guard let memory = call.memory, let known = await remembered([memory.key])[memory.key] else { return nil }
        guard let body = known.body else { throw error(.missing, call, "") }
        return try? decode(ServiceAnswer(status: 200, body: Data(body.utf8), isRemembered: true))
    }

    func remember(_ verdict: Verdict, _ reply: Reply, _ call: ServiceCall) async {
        guard let memory = call.memory, case .success(let response) = reply else { return }
        switch verdict {
        case .success:
            guard let body = String(validating: response.body, as: UTF8.self), !body.utf8.contains(0) else { return }
            await remember([memory.key: body], for: memory.lifetime, misses: memory.lifetimeOfMisses)
        case .missing: await remember([memory.key: nil], for: memory.lifetime, misses: memory.lifetimeOfMisses)
        default: return
        }
    }
}

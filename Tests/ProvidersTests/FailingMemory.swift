import Catalog
import Foundation

/// A memory that is out of order.
struct FailingMemory: ResponseStore {
    struct Broken: Error {}

    func responses(of service: String, keys: [String], at moment: Date) async throws -> [String: RememberedResponse] {
        throw Broken()
    }

    func remember(_ responses: [String: RememberedResponse], of service: String) async throws { throw Broken() }
    func forgetResponses(expiredBefore moment: Date) async throws -> Int { throw Broken() }
}

import Catalog
import Postgres
import Testing

@testable import Storage

@Suite struct CatalogStoreErrorTests {
    @Test func lostConnectionsAreUnavailable() {
        let error = PostgresError(sqlState: .adminShutdown, message: "secret", isConnectionLost: true)
        guard case .unavailable(let text) = CatalogStoreError.translating(error) as? CatalogStoreError else {
            Issue.record("not unavailable")
            return
        }
        #expect(!text.contains("secret"))
    }

    @Test func anExhaustedPoolIsUnavailableWithTheMend() {
        let error = PostgresPoolError.exhausted(limit: 3, waited: .seconds(1))
        guard case .unavailable(let text) = CatalogStoreError.translating(error) as? CatalogStoreError else {
            Issue.record("not unavailable")
            return
        }
        #expect(text.contains("raise the pool's limit"))
    }

    @Test func aLockThatIsNotToBeHadIsBusy() {
        let error = PostgresError(sqlState: .lockNotAvailable, message: "")
        guard case .busy = CatalogStoreError.translating(error) as? CatalogStoreError else {
            Issue.record("not busy")
            return
        }
    }

    @Test func whatIsNotTheDatabasesPassesUnchanged() {
        #expect(CatalogStoreError.translating(CancellationError()) is CancellationError)
        #expect(CatalogStoreError.translating(CatalogStoreError.badCursor) as? CatalogStoreError == .badCursor)
    }
}

public import Catalog
public import Foundation
internal import Postgres

extension PostgresStore: RefusalStore {
    /// Until when an endpoint is not to be asked; nil where it may be.
    /// - Throws: `CatalogStoreError`.
    public func refusal(
        of endpoint: String, by service: String, to application: String, at moment: Date
    ) async throws -> Date? {
        try await withSession { session in
            try await session.first(
                """
                SELECT extract(epoch FROM until)::float8 FROM service_refusals
                WHERE service = \(service) AND application = \(application) AND endpoint = \(endpoint)
                    AND until > to_timestamp(\(moment.timeIntervalSince1970))
                """
            ) { Date(timeIntervalSince1970: try $0[0]) }
        }
    }

    /// Remembers that an endpoint is closed to an application.
    /// - Throws: `CatalogStoreError`.
    public func rememberRefusal(
        of endpoint: String, by service: String, to application: String, until moment: Date
    ) async throws {
        _ = try await withSession { session in
            try await session.execute(
                """
                INSERT INTO service_refusals (service, application, endpoint, until)
                VALUES (\(service), \(application), \(endpoint), to_timestamp(\(moment.timeIntervalSince1970)))
                ON CONFLICT (service, application, endpoint) DO UPDATE SET until = excluded.until
                """)
        }
    }

    /// All that are remembered of a service, by application and endpoint.
    /// - Throws: `CatalogStoreError`.
    public func refusals(by service: String, at moment: Date) async throws -> [ServiceRefusal] {
        try await withSession { session in
            try await session.rows(
                """
                SELECT application, endpoint, extract(epoch FROM until)::float8 FROM service_refusals
                WHERE service = \(service) AND until > to_timestamp(\(moment.timeIntervalSince1970))
                ORDER BY application, endpoint
                """
            ) {
                ServiceRefusal(
                    application: try $0[0], endpoint: try $0[1], until: Date(timeIntervalSince1970: try $0[2]))
            }
        }
    }
}

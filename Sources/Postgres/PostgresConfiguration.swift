/// Where a database is and how to reach it.
public struct PostgresConfiguration: Sendable, Hashable {
    /// A libpq connection string, either `key=value …` or a `postgresql://` URI; what it says wins over the rest of
    /// this value except for the encoding, which is always UTF-8.
    public var conninfo: String
    /// How long one attempt to connect may take, in whole seconds, at least 2 (libpq's own minimum).
    public var connectTimeout: Int
    /// What `pg_stat_activity` shows.
    public var applicationName: String

    /// Describes a database.
    public init(conninfo: String, connectTimeout: Int = 5, applicationName: String = "segue") {
        self.conninfo = conninfo
        self.connectTimeout = max(2, connectTimeout)
        self.applicationName = applicationName
    }

    /// The pairs for `PQconnectdbParams`: a later one overrides an earlier one, `dbname` is expanded in its place.
    var pairs: [(String, String)] {
        [
            ("connect_timeout", String(connectTimeout)), ("application_name", applicationName),
            ("dbname", conninfo), ("client_encoding", "UTF8"),
        ]
    }
}

public import Catalog
internal import Postgres

extension PostgresStore: CatalogAnnouncing {
    /// Announcements from now on, on a session of their own.
    ///
    /// Where the connection is lost it is made again, with pauses that double up to two seconds. Whenever it begins
    /// to listen, the first time too, it says `missed`: what happened before went unheard. At most 256 announcements wait for a slow reader; older ones give way.
    public func announcements() -> AsyncStream<CatalogAnnouncement> {
        AsyncStream(bufferingPolicy: .bufferingNewest(256)) { continuation in
            let listening = Task { [configuration = pool.configuration] in
                await ChannelListener(configuration: configuration, channels: [.catalog, .generation]).run { event in
                    switch event {
                    case .began: continuation.yield(.missed)
                    case .heard(.catalog, _): continuation.yield(.catalogChanged)
                    case .heard(.generation, let id): continuation.yield(.generationActivated(id))
                    case .heard(.jobs, _), .heard(.settings, _): break
                    }
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in listening.cancel() }
        }
    }
}

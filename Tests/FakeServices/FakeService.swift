/// One outside service: what it answers, and where a client is told its address.
public struct FakeService: Sendable {
    /// The setting that points a client at it.
    public let setting: String
    /// What follows host and port in that setting.
    public let basePath: String
    /// Further settings that lead to the same address, with what follows host and port in each.
    public var otherSettings: [(name: String, basePath: String)] = []
    /// Makes the answering function over a world.
    public let handler: @Sendable (FakeWorld) -> FakeServer.Handler

    /// Describes a service.
    public init(
        setting: String, basePath: String = "", handler: @escaping @Sendable (FakeWorld) -> FakeServer.Handler
    ) {
        (self.setting, self.basePath, self.handler) = (setting, basePath, handler)
    }

    /// Every service that there is a fake of.
    public static let all: [FakeService] = [
        musicBrainz, acousticBrainz, reccoBeats, listenBrainz, listenBrainzLabs, lastFM, spotify, deezer,
    ]

    /// A running fake of it.
    public func server(_ world: FakeWorld = FakeWorld(), seed: UInt64 = 1) throws -> FakeServer {
        try FakeServer(seed: seed, handler: handler(world))
    }
}

/// The services that Segue asks about tracks, each over a client of its own.
public struct OutsideServices: Sendable {
    /// Where each service is.
    public struct Addresses: Sendable, Hashable {
        /// MusicBrainz's web service.
        public var musicBrainz = "https://musicbrainz.org/ws/2"
        /// AcousticBrainz's interface.
        public var acousticBrainz = "https://acousticbrainz.org/api/v1"
        /// ReccoBeats's interface.
        public var reccoBeats = "https://api.reccobeats.com/v1"
        /// ListenBrainz's interface.
        public var listenBrainz = "https://api.listenbrainz.org"
        /// ListenBrainz's laboratory.
        public var listenBrainzLabs = "https://labs.api.listenbrainz.org"
        /// Last.fm's interface.
        public var lastFM = "https://ws.audioscrobbler.com/2.0"
        /// Deezer's interface.
        public var deezer = "https://api.deezer.com"

        /// The real ones.
        public init() {}
    }

    /// Recordings by ISRC.
    public let musicBrainz: MusicBrainz
    /// Analyses and classifications, frozen.
    public let acousticBrainz: AcousticBrainz
    /// Audio features of Spotify's kind.
    public let reccoBeats: ReccoBeats
    /// Listens, and what is heard together.
    public let listenBrainz: ListenBrainz
    /// Similar tracks; nil without a key.
    public let lastFM: LastFM?
    /// Previews by ISRC.
    public let deezer: Deezer

    /// A client for each service.
    ///
    /// - Parameters:
    ///   - lastFMKey: of the application at Last.fm, which answers nobody without.
    ///   - listenBrainzToken: of a user, for higher limits.
    public init(
        _ addresses: Addresses = Addresses(), lastFMKey: String? = nil, listenBrainzToken: String? = nil,
        support: ServiceSupport
    ) {
        musicBrainz = MusicBrainz(ServiceClient(.musicBrainz(baseURL: addresses.musicBrainz), support))
        acousticBrainz = AcousticBrainz(ServiceClient(.acousticBrainz(baseURL: addresses.acousticBrainz), support))
        reccoBeats = ReccoBeats(ServiceClient(.reccoBeats(baseURL: addresses.reccoBeats), support))
        listenBrainz = ListenBrainz(
            ServiceClient(.listenBrainz(baseURL: addresses.listenBrainz), support),
            laboratory: ServiceClient(.listenBrainzLabs(baseURL: addresses.listenBrainzLabs), support),
            token: listenBrainzToken)
        deezer = Deezer(ServiceClient(.deezer(baseURL: addresses.deezer), support))
        lastFM = lastFMKey.map { LastFM(ServiceClient(.lastFM(baseURL: addresses.lastFM), support), key: $0) }
    }

    /// Those that know something of tracks, in the order of a pass: MusicBrainz finds the ids that AcousticBrainz is
    /// and ListenBrainz are asked by. A further one takes its place here.
    public var featureProviders: [any FeatureProvider] {
        [reccoBeats, musicBrainz, acousticBrainz] + similaritySources.map { SimilarityProvider($0) }
    }

    /// Those that know similar tracks.
    public var similaritySources: [any SimilaritySource] {
        [listenBrainz] + (lastFM.map { [$0] } ?? [])
    }
}

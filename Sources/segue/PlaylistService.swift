import Catalog
import Configuration
import IndexLifecycle
import Playlists
import Providers
import Recommendation
import Rules
import Sampling
import Storage

/// Makes playlists within this program.
struct PlaylistService: Sendable {
    let settings: Settings
    let store: PostgresStore
    let outside: OutsideWorld

    /// Within a server or a worker, whose clients of outside services it shares.
    init(settings: Settings, store: PostgresStore, outside: OutsideWorld) {
        (self.settings, self.store, self.outside) = (settings, store, outside)
    }

    /// Within a command, with clients of its own.
    /// - Throws: what is wrong with the address of Redis.
    init(_ settings: Settings, _ store: PostgresStore) throws {
        self.init(settings: settings, store: store, outside: try OutsideWorld(settings, store: store))
    }

    /// A maker over the index that serves at the time.
    func maker(serving: @escaping @Sendable () -> ServingCatalog?) -> PlaylistMaker {
        var maker = PlaylistMaker(store: store, serving: serving, describe: JobErrorText.line)
        maker.bounds = { [settings] in settings.recipeLimits }
        maker.rules = IndexRules(serving: serving, conditions: ConditionMemory(rules: store), sets: store) {
            [settings] in
            settings.ruleLimits
        }
        maker.similar = similar
        return maker
    }

    /// Nobody is asked for anything until somebody has said who asks; what is stored counts all the same.
    private var similar: @Sendable () -> [any SimilarTracks] {
        let (sources, store, settings) = (outside.services.similaritySources, store, settings)
        return {
            let patience = settings[.contact] == nil ? Duration.zero : .seconds(settings[.similarSeconds])
            return sources.map { source in
                ProviderTracks(
                    candidates: SimilarityCandidates(source, over: store, into: store, patience: patience))
            }
        }
    }

    /// A maker over the index as it is now, with what changed since it was built; without one where there is none.
    func openMaker(warning: @escaping @Sendable (String) -> Void) async throws -> PlaylistMaker {
        let live = LiveCatalog(
            directory: GenerationDirectory(settings[.indexDirectory]), catalog: store, announcing: store,
            liveLimit: settings[.liveLimit], checking: .lengths
        ) { event in
            switch event {
            case .damaged(let reason), .failed(let reason): warning(reason)
            default: break
            }
        }
        await live.start()
        let serving = live.serving
        return maker { serving }
    }
}

/// A provider's similar tracks as candidates for playlists.
private struct ProviderTracks: SimilarTracks {
    let candidates: SimilarityCandidates

    var name: String { candidates.name }

    func tracks(similarTo seeds: [TrackID], limit: Int) async throws -> SimilarTracksFound {
        let found = try await candidates.tracks(similarTo: seeds, limit: limit)
        return SimilarTracksFound(found.matches, problem: found.problem)
    }
}

extension Settings {
    /// Bounds on recipes.
    var recipeLimits: RecipeLimits {
        var limits = RecipeLimits()
        limits.maximumCount = self[.maximumPlaylistTracks]
        limits.maximumPool = self[.maximumPool]
        limits.maximumPlaylists = self[.maximumPlaylists]
        return limits
    }
}

extension RecipeLimits {
    /// What the settings can be set to at most.
    static var widest: RecipeLimits {
        var limits = RecipeLimits()
        limits.maximumCount = Setting.maximumPlaylistTracks.description.kind.range.maximum.map { Int($0) } ?? .max
        return limits
    }
}

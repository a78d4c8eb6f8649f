import Configuration
import IndexLifecycle
import Playlists
import Recommendation
import Rules
import Sampling
import Storage

/// Makes playlists within this program.
struct PlaylistService: Sendable {
    let settings: Settings
    let store: PostgresStore

    /// A maker over the index that serves at the time.
    func maker(serving: @escaping @Sendable () -> ServingCatalog?) -> PlaylistMaker {
        var maker = PlaylistMaker(
            store: store, serving: serving, limits: settings.recipeLimits, describe: JobErrorText.line)
        maker.rules = IndexRules(
            serving: serving, conditions: ConditionMemory(rules: store), limits: settings.ruleLimits)
        return maker
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

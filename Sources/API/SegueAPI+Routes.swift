internal import Rules

extension SegueAPI {
    /// The route table: everything that dispatches, and everything that `/openapi.json` describes.
    static func routes(
        configuration live: LiveConfiguration, dependencies: APIDependencies, metrics: Metrics
    ) -> [Route] {
        let configuration = live.value
        let tracks = TracksRoutes(store: dependencies.store, configuration: configuration)
        let health = HealthRoutes(dependencies: dependencies, timeout: configuration.probeTimeout)
        let access = ServingAccess(
            serving: dependencies.serving, store: dependencies.store, live: live,
            conditions: dependencies.rules.map { ConditionMemory(rules: $0) },
            ids: dependencies.recommendationIDs, listeners: dependencies.playlists?.store)
        let ordinary = [
            RecommendRoute(access: access, fetching: dependencies.sources?.fetching).route,
            PathRoute(access: access).route,
            SimilarArtistsRoute(access: access).route, tracks.list, tracks.remove, health.live, health.ready,
            MetricsRoute(
                metrics: metrics, serving: dependencies.serving, further: dependencies.furtherMetrics
            ).route,
        ]
        let outside = dependencies.enrichments.map {
            EnrichmentsRoute(store: dependencies.store, enrichments: $0, configuration: configuration).route
        }
        let knowledge =
            dependencies.knowledge.map { TrackKnowledgeRoutes(store: dependencies.store, knowledge: $0).all } ?? []
        let settings =
            dependencies.settings.map { SettingsRoutes(access: $0, configuration: configuration).all } ?? []
        let described =
            ordinary + knowledge + [outside].compactMap(\.self) + settings
            + ruleRoutes(live, dependencies)
            + jobRoutes(configuration: configuration, jobs: dependencies.jobs)
            + sourceRoutes(configuration: configuration, dependencies: dependencies)
            + playlistRoutes(live, playlists: dependencies.playlists)
        return described + [OpenAPIRoute.route(describing: described, configuration: configuration)]
    }

    private static func sourceRoutes(configuration: APIConfiguration, dependencies: APIDependencies) -> [Route] {
        guard let jobs = dependencies.jobs, let sources = dependencies.sources else { return [] }
        let routes = SourcesRoutes(
            jobs: jobs, sources: sources, store: dependencies.store, configuration: configuration)
        return [IngestRoute(jobs: jobs, sources: sources, configuration: configuration).route] + routes.all
    }

    /// Fixed names come before ids of rule sets.
    private static func ruleRoutes(_ live: LiveConfiguration, _ dependencies: APIDependencies) -> [Route] {
        guard let rules = dependencies.rules else { return [] }
        return RuleUseRoutes(
            rules: rules, targets: dependencies.targets, store: dependencies.store, jobs: dependencies.jobs,
            live: live
        ).all + RulesRoutes(rules: rules, live: live).all
    }

    private static func jobRoutes(configuration: APIConfiguration, jobs: JobAccess?) -> [Route] {
        guard let jobs else { return [] }
        return JobsRoutes(jobs: jobs, configuration: configuration).all
            + SchedulesRoutes(jobs: jobs, configuration: configuration).all + [NightlyRoute(jobs: jobs).route]
    }

    private static func playlistRoutes(_ live: LiveConfiguration, playlists: PlaylistAccess?) -> [Route] {
        guard let playlists else { return [] }
        let configuration = live.value
        return PlaylistsRoutes(access: playlists, configuration: configuration).all
            + PlaylistRunsRoutes(access: playlists, live: live).all
            + ListenersRoutes(access: playlists, configuration: configuration).all
    }
}

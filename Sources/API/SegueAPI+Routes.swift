extension SegueAPI {
    /// The route table: everything that dispatches, and everything that `/openapi.json` describes.
    static func routes(configuration: APIConfiguration, dependencies: APIDependencies, metrics: Metrics) -> [Route] {
        let tracks = TracksRoutes(store: dependencies.store, configuration: configuration)
        let health = HealthRoutes(dependencies: dependencies, timeout: configuration.probeTimeout)
        let access = ServingAccess(
            serving: dependencies.serving, store: dependencies.store, configuration: configuration)
        let described = [
            RecommendRoute(access: access).route, PathRoute(access: access).route,
            SimilarArtistsRoute(access: access).route, tracks.list, tracks.remove, health.live, health.ready,
            MetricsRoute(metrics: metrics, serving: dependencies.serving).route,
        ]
        return described + [OpenAPIRoute.route(describing: described, configuration: configuration)]
    }
}

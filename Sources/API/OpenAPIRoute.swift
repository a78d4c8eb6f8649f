internal import HTTPServer

/// `GET /openapi.json`.
enum OpenAPIRoute {
    /// The route that describes the others and itself; the document is written once.
    static func route(describing routes: [Route], configuration: APIConfiguration) -> Route {
        let operation = Operation(
            id: "openapi", summary: "This description",
            description: "The interface in OpenAPI 3.1, generated from the table that dispatches requests.",
            answers: [.init(200, "The description.", .json(["type": "object"]))])
        let path = "/openapi.json"
        let itself = Route("GET", path, access: .open, operation) { _ in .now(HTTPResponse(status: 200)) }
        let document = OpenAPIDocument(routes: routes + [itself], configuration: configuration).json.bytes
        return Route("GET", path, access: .open, operation) { _ in .now(.json(document)) }
    }
}

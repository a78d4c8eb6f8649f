/// The route table in the words of OpenAPI 3.1.
struct OpenAPIDocument {
    let routes: [Route]
    let configuration: APIConfiguration

    /// The whole document.
    var json: JSON {
        [
            "openapi": "3.1.0",
            "info": [
                "title": "Segue", "version": .text(configuration.version),
                "summary": "Music recommendations out of one's own catalog, explained.",
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "paths": paths,
            "components": [
                "securitySchemes": [
                    "serviceToken": [
                        "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                        "description": "HS256, at most five minutes long; segue token mints one.",
                    ],
                    "nightlyToken": [
                        "type": "http", "scheme": "bearer",
                        "description": "The fixed token of the nightly chain (SEGUE_NIGHTLY_TOKEN).",
                    ],
                ],
                "schemas": Schemas(configuration: configuration).json,
            ],
        ]
    }

    private var paths: JSON {
        var order: [String] = []
        var methods: [String: [JSON.Member]] = [:]
        for route in routes {
            if methods[route.path.text] == nil { order.append(route.path.text) }
            methods[route.path.text, default: []].append(
                .init(name: route.method.lowercased(), value: Self.describe(route)))
        }
        return .object(order.map { .init(name: $0, value: .object(methods[$0] ?? [])) })
    }

    private static func describe(_ route: Route) -> JSON {
        let operation = route.operation
        return .object(of: [
            "operationId": .text(operation.id), "summary": .text(operation.summary),
            "description": .text(operation.description),
            "security": security(of: route.access),
            "parameters": operation.parameters.isEmpty ? nil : .array(operation.parameters.map(describe)),
            "requestBody": operation.body.map { body in
                ["required": true, "content": ["application/json": ["schema": body]]]
            },
            "responses": responses(of: route),
        ])
    }

    private static func security(of access: Route.Access) -> JSON {
        switch access {
        case .open: .array([])
        case .token, .change: [["serviceToken": []]]
        case .nightly: [["nightlyToken": []]]
        }
    }

    private static func describe(_ parameter: Operation.Parameter) -> JSON {
        [
            "name": .text(parameter.name), "in": .text(parameter.place.rawValue),
            "required": .bool(parameter.place == .path), "description": .text(parameter.description),
            "schema": parameter.schema,
        ]
    }

    private static func responses(of route: Route) -> JSON {
        let answers = route.operation.answers.map { answer in
            (
                answer.status,
                JSON.object(of: [
                    "description": .text(answer.description),
                    "content": answer.content.map { .object([.init(name: $0.type, value: ["schema": $0.schema])]) },
                ])
            )
        }
        let problems = problems(of: route).map { status, description in
            (
                status,
                JSON.object(of: [
                    "description": .text(description),
                    "content": ["application/problem+json": ["schema": .reference("Problem")]],
                ])
            )
        }
        let all = (answers + problems).sorted { $0.0 < $1.0 }
        return .object(all.map { .init(name: String($0.0), value: $0.1) })
    }

    /// The statuses that every route of its kind may answer, with the route's own words where it has some.
    static func problems(of route: Route) -> [Int: String] {
        var problems = [
            400: "The request is not valid; errors says what is at fault.", 408: "The request did not arrive in time.",
            413: "The body is too long.", 431: "The header fields are too long.", 500: "The service failed.",
            503: "The server takes no more at present.",
        ]
        if route.access != .open {
            problems[401] = "The service token is missing or not good."
            problems[429] = "Too many requests; Retry-After says when to go on."
        }
        if route.operation.body != nil { problems[415] = "The body is not of type application/json." }
        return problems.merging(route.operation.problems) { $1 }
    }
}

/// What the description says of a route.
struct Operation: Sendable {
    /// A value in the query, the path or a header field.
    struct Parameter: Sendable {
        /// Where it stands.
        enum Place: String, Sendable {
            case query
            case path
            case header
        }

        let name: String
        let place: Place
        let schema: JSON
        let description: String

        init(_ name: String, in place: Place, _ schema: JSON, _ description: String) {
            (self.name, self.place, self.schema, self.description) = (name, place, schema, description)
        }
    }

    /// The type and shape of a body.
    struct Content: Sendable {
        let type: String
        let schema: JSON

        /// A JSON body.
        static func json(_ schema: JSON) -> Content { Content(type: "application/json", schema: schema) }
    }

    /// An answer that is no problem.
    struct Answer: Sendable {
        let status: Int
        let description: String
        let content: Content?

        init(_ status: Int, _ description: String, _ content: Content?) {
            (self.status, self.description, self.content) = (status, description, content)
        }
    }

    let id: String
    let summary: String
    let description: String
    var parameters: [Parameter] = []
    /// The schema of the request's body, which is JSON.
    var body: JSON?
    let answers: [Answer]
    /// Problems of the route's own, by status; the ones that every route has come on top.
    var problems: [Int: String] = [:]
}

extension JSON {
    /// A reference to a schema of the description.
    static func reference(_ name: String) -> JSON { ["$ref": .text("#/components/schemas/\(name)")] }
}

import HTTPServer
import Synchronization

/// What `/openapi.json` promises, checked against what is really answered.
struct Contract {
    let document: Value

    private static let read = Mutex<[[UInt8]: Value]>([:])

    /// Reads a description, the same one only once.
    init(parsing bytes: [UInt8]) throws {
        if let known = Self.read.withLock({ $0[bytes] }) {
            document = known
        } else {
            let parsed = try Value(parsing: bytes)
            Self.read.withLock { $0[bytes] = parsed }
            document = parsed
        }
    }

    /// What an answer breaks; empty when it keeps the promise.
    func violations(method: String, target: String, _ answer: Answer) -> [String] {
        let check = SchemaCheck(document: document)
        guard let operation = operation(method == "HEAD" ? "GET" : method, target) else {
            return problemViolations(answer, check, "an undescribed call")
        }
        let name = "\(method) \(target.prefix { $0 != "?" }) \(answer.status)"
        let response = operation["responses"][String(answer.status)]
        guard response != .null else { return ["\(name) is not described"] }
        guard method != "HEAD", response.names.contains("content") else {
            return answer.body.isEmpty ? [] : ["\(name) has a body"]
        }
        let type = String(answer.contentType.prefix { $0 != ";" })
        guard response["content"].names.contains(type) else { return ["\(name) is of type \(type)"] }
        guard type.hasSuffix("json") else { return [] }
        return check.violations(of: answer.json, response["content"][type]["schema"]).map { "\(name): \($0)" }
    }

    private func problemViolations(_ answer: Answer, _ check: SchemaCheck, _ name: String) -> [String] {
        guard answer.contentType == "application/problem+json" else { return ["\(name) is no problem"] }
        return check.violations(of: answer.json, document["components"]["schemas"]["Problem"])
    }

    private func operation(_ method: String, _ target: String) -> Value? {
        let path = target.prefix { $0 != "?" }.split(separator: "/", omittingEmptySubsequences: false)
        let templates = document["paths"].names.filter { template in
            let parts = template.split(separator: "/", omittingEmptySubsequences: false)
            return parts.count == path.count && document["paths"][template].names.contains(method.lowercased())
                && zip(parts, path).allSatisfy { $0 == $1 || ($0.hasPrefix("{") && !$1.isEmpty) }
        }
        // Fixed names come before parameters, as they do for routes.
        guard let template = templates.min(by: { $0.count { $0 == "{" } < $1.count { $0 == "{" } }) else { return nil }
        return document["paths"][template][method.lowercased()]
    }
}

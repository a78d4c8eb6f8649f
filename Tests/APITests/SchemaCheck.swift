/// Checks values against the part of JSON Schema that the description uses.
struct SchemaCheck {
    /// The whole description, which references lead into.
    let document: Value

    /// What is wrong with a value; empty when it conforms.
    func violations(of value: Value, _ schema: Value, at path: String = "$") -> [String] {
        if let reference = schema["$ref"].text { return violations(of: value, resolve(reference), at: path) }
        return typeViolations(value, schema, path) + rangeViolations(value, schema, path)
            + listViolations(value, schema, path) + memberViolations(value, schema, path)
    }

    private func resolve(_ reference: String) -> Value {
        reference.split(separator: "/").dropFirst().reduce(document) { $0[String($1)] }
    }

    private func typeViolations(_ value: Value, _ schema: Value, _ path: String) -> [String] {
        var problems: [String] = []
        let types = schema["type"].text.map { [$0] } ?? schema["type"].list.compactMap(\.text)
        if !types.isEmpty, !types.contains(where: { Self.isOf($0, value) }) {
            problems.append("\(path) is not of type \(types)")
        }
        if schema.names.contains("const"), schema["const"] != value { problems.append("\(path) is not the constant") }
        if schema.names.contains("enum"), !schema["enum"].list.contains(value) {
            problems.append("\(path) = \(value) is not in its enumeration")
        }
        return problems
    }

    private static func isOf(_ type: String, _ value: Value) -> Bool {
        switch (type, value) {
        case ("null", .null), ("boolean", .flag), ("number", .number), ("string", .text), ("array", .list),
            ("object", .object):
            true
        case ("integer", .number(let number)): number == number.rounded()
        default: false
        }
    }

    private func rangeViolations(_ value: Value, _ schema: Value, _ path: String) -> [String] {
        guard let number = value.number else { return [] }
        var problems: [String] = []
        if let least = schema["minimum"].number, number < least { problems.append("\(path) is below \(least)") }
        if let most = schema["maximum"].number, number > most { problems.append("\(path) is above \(most)") }
        return problems
    }

    private func listViolations(_ value: Value, _ schema: Value, _ path: String) -> [String] {
        guard case .list(let elements) = value else { return [] }
        var problems: [String] = []
        if let most = schema["maxItems"].number, Double(elements.count) > most {
            problems.append("\(path) is too long")
        }
        guard schema.names.contains("items") else { return problems }
        for (index, element) in elements.enumerated() {
            problems += violations(of: element, schema["items"], at: "\(path)[\(index)]")
        }
        return problems
    }

    private func memberViolations(_ value: Value, _ schema: Value, _ path: String) -> [String] {
        guard case .object(let members) = value else { return [] }
        let properties = schema["properties"]
        var problems = schema["required"].list.compactMap(\.text).filter { members[$0] == nil }
            .map { "\(path).\($0) is missing" }
        for (name, member) in members {
            if properties.names.contains(name) {
                problems += violations(of: member, properties[name], at: "\(path).\(name)")
            } else if schema["additionalProperties"] == .flag(false) {
                problems.append("\(path).\(name) is not described")
            }
        }
        return problems
    }
}

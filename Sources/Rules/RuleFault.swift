/// One thing that is wrong with a rule: where, of what sort, and a sentence with the mend.
public struct RuleFault: Hashable, Sendable {
    /// Of what sort a fault is.
    public enum Sort: Hashable, Sendable {
        /// Something that is needed is not there.
        case missing
        /// Another type than goes there.
        case wrongType
        /// Anything else.
        case badRule
    }

    /// Names and numbers that lead to the place from the root of the rule.
    public var path: [String]
    /// Of what sort it is.
    public var sort: Sort
    /// What is wrong, and what to do about it.
    public var message: String

    /// Notes a fault.
    public init(_ path: [String], _ sort: Sort, _ message: String) {
        (self.path, self.sort, self.message) = (path, sort, message)
    }

    /// The place as an RFC 6901 JSON pointer.
    public var pointer: String { RulePointer.text(path) }
}

/// Places within a rule as JSON pointers (RFC 6901).
enum RulePointer {
    static func text(_ path: [String]) -> String {
        path.map { "/" + $0.replacing("~", with: "~0").replacing("/", with: "~1") }.joined()
    }
}

/// Everything that is wrong with a rule.
public struct RuleFaults: Error, Hashable, Sendable, CustomStringConvertible {
    /// At least one.
    public var faults: [RuleFault]

    /// Collects faults.
    public init(_ faults: [RuleFault]) { self.faults = faults }

    /// One line for all.
    public var description: String {
        faults.map { $0.path.isEmpty ? $0.message : "\($0.pointer): \($0.message)" }.joined(separator: "; ")
    }
}

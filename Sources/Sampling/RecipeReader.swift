internal import Catalog
internal import JSONText

/// One thing that is wrong with a recipe: where, a stable word for it, and the mend.
public struct RecipeFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// Stable words for what can be wrong.
    public enum Code: String, Sendable, CaseIterable {
        /// There is no such field.
        case unknownField = "unknown_field"
        /// Something that is needed is not there.
        case missing
        /// Another type than the field takes.
        case wrongType = "wrong_type"
        /// A value outside what the field takes.
        case outOfRange = "out_of_range"
        /// More elements than the field takes.
        case tooMany = "too_many"
        /// A word that stands for nothing.
        case unknownName = "unknown_name"
        /// A text that names no entity.
        case badReference = "bad_reference"
        /// Two things that cannot both hold.
        case contradiction
    }

    /// The way from the recipe to the place: names and, in lists, numbers from 0.
    public var path: [String]
    /// What is wrong.
    public var code: Code
    /// A sentence with the mend.
    public var message: String

    /// Names a fault.
    public init(_ path: [String], _ code: Code, _ message: String) {
        (self.path, self.code, self.message) = (path, code, message)
    }

    /// `per_artist: 0 is below 1`.
    public var description: String { path.isEmpty ? message : "\(path.joined(separator: ".")): \(message)" }
}

/// Everything that is wrong with a recipe.
public struct RecipeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Not empty.
    public var faults: [RecipeFault]

    /// Collects faults.
    public init(_ faults: [RecipeFault]) { self.faults = faults }

    /// All of them, one after the other.
    public var description: String { faults.map(\.description).joined(separator: "; ") }
}

/// Reads the members of one JSON object and notes what is wrong instead of stopping at the first fault.
struct RecipeReader {
    let path: [String]
    private let members: [String: JSONValue]
    private(set) var faults: [RecipeFault] = []

    /// Reads an object that may have these members and no others; anything but an object has none.
    init(_ value: JSONValue, at path: [String], known: [String]) {
        self.path = path
        guard case .object(let members) = value else {
            self.members = [:]
            faults = [RecipeFault(path, .wrongType, "not an object")]
            return
        }
        self.members = members
        for name in members.keys.sorted() where !known.contains(name) {
            note([String(name.prefix(64))], .unknownField, "unknown field; known are \(known.joined(separator: ", "))")
        }
    }

    /// A member that is there and not null.
    func member(_ name: String) -> JSONValue? { members[name].flatMap { $0 == .null ? nil : $0 } }

    mutating func note(_ inner: [String], _ code: RecipeFault.Code, _ message: String) {
        faults.append(RecipeFault(path + inner, code, message))
    }

    mutating func take(_ found: [RecipeFault]) { faults += found }

    mutating func text(_ name: String) -> String? {
        guard let member = member(name) else { return nil }
        if let text = member.string { return text }
        note([name], .wrongType, "not a text")
        return nil
    }

    /// A member that is true or false; false where it is left out.
    mutating func flag(_ name: String) -> Bool {
        guard let member = member(name) else { return false }
        if let flag = member.bool { return flag }
        note([name], .wrongType, "not true or false")
        return false
    }

    mutating func whole(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let member = member(name) else { return nil }
        guard let number = member.number else {
            note([name], .wrongType, "not a number")
            return nil
        }
        guard let whole = Int(exactly: number) else {
            note([name], .wrongType, "not a whole number")
            return nil
        }
        if range.contains(whole) { return whole }
        note([name], .outOfRange, "\(whole) is not between \(range.lowerBound) and \(range.upperBound)")
        return nil
    }

    mutating func number(_ name: String, in range: ClosedRange<Double>, orAbove isOpen: Bool = false) -> Double? {
        guard let member = member(name) else { return nil }
        guard let number = member.number, number.isFinite else {
            note([name], .wrongType, "not a finite number")
            return nil
        }
        if range.contains(number), !(isOpen && number == range.lowerBound) { return number }
        let bounds =
            isOpen
            ? "above \(Self.text(range.lowerBound)) and at most \(Self.text(range.upperBound))"
            : "between \(Self.text(range.lowerBound)) and \(Self.text(range.upperBound))"
        note([name], .outOfRange, "\(Self.text(number)) is not \(bounds)")
        return nil
    }

    /// A number as people write it: whole ones without a point.
    static func text(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? "\(number)" }

    mutating func list(_ name: String, atMost limit: Int) -> [JSONValue] {
        guard let member = member(name) else { return [] }
        guard let list = member.array else {
            note([name], .wrongType, "not a list")
            return []
        }
        guard list.count <= limit else {
            note([name], .tooMany, "\(list.count) elements; give at most \(limit)")
            return []
        }
        return list
    }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, of type: Choice.Type
    ) -> Choice? where Choice.RawValue == String {
        guard let word = text(name) else { return nil }
        if let choice = Choice(rawValue: word) { return choice }
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        note([name], .unknownName, "\"\(word.prefix(64))\" is not one of \(known)")
        return nil
    }

    mutating func reference(_ text: String, at inner: [String]) -> EntityReference? {
        do throws(ReferenceError) { return try EntityReference(parsing: text) } catch {
            note(inner, .badReference, error.description)
            return nil
        }
    }

    mutating func references(_ name: String, atMost limit: Int) -> [EntityReference] {
        list(name, atMost: limit).enumerated().compactMap { place, element in
            guard let text = element.string else {
                note([name, String(place)], .wrongType, "not a text")
                return nil
            }
            return reference(text, at: [name, String(place)])
        }
    }
}

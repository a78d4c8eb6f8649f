internal import Foundation
internal import JSONText
internal import Rules

/// Reads the members of a JSON object and notes what is wrong with each, instead of stopping at the first.
///
/// A member that is `null` counts as left out.
struct FieldReader {
    private let members: [String: JSONValue]
    private(set) var faults: [Fault] = []

    init(_ members: [String: JSONValue]) { self.members = members }

    /// Names of all members, in alphabetical order.
    var names: [String] { members.keys.sorted() }

    /// Whether a member is there and not null.
    func has(_ name: String) -> Bool { member(name) != nil }

    private func member(_ name: String) -> JSONValue? {
        guard let member = members[name], member != .null else { return nil }
        return member
    }

    /// Notes a fault with a member.
    mutating func note(_ name: String, _ code: Fault.Code, _ message: String) { note([name], code, message) }

    /// Notes a fault with something inside a member.
    mutating func note(_ path: [String], _ code: Fault.Code, _ message: String) {
        faults.append(Fault(path, code, message))
    }

    /// Notes members that the object does not have.
    mutating func refuse(namesOutside known: [String]) {
        for name in names where !known.contains(name) {
            note(name, .unknownField, "unknown field; known are \(known.joined(separator: ", "))")
        }
    }

    /// A member that is a text; nil where it is left out or of another type, which is noted.
    mutating func text(_ name: String) -> String? { value(name, "a text") { $0.string } }

    /// A member that is a whole number.
    mutating func whole(_ name: String) -> Int? { value(name, "a whole number") { $0.integer } }

    /// A member that is true or false.
    mutating func flag(_ name: String) -> Bool? { value(name, "true or false") { $0.bool } }

    private mutating func value<Value>(_ name: String, _ words: String, _ read: (JSONValue) -> Value?) -> Value? {
        guard let member = member(name) else { return nil }
        guard let value = read(member) else {
            note(name, .wrongType, "not \(words)")
            return nil
        }
        return value
    }

    /// A whole number within bounds.
    mutating func whole(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let number = whole(name) else { return nil }
        guard range.contains(number) else {
            let bounds =
                range.upperBound == .max
                ? "below \(range.lowerBound)" : "not between \(range.lowerBound) and \(range.upperBound)"
            note(name, .outOfRange, "\(number) is \(bounds)")
            return nil
        }
        return number
    }

    /// A number within bounds.
    mutating func number(_ name: String, in range: ClosedRange<Float>) -> Float? {
        guard let number = value(name, "a number", { $0.number }) else { return nil }
        guard range.contains(Float(number)) else {
            note(name, .outOfRange, "\(number) is not between \(Int(range.lowerBound)) and \(Int(range.upperBound))")
            return nil
        }
        return Float(number)
    }

    /// One of some words.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, of type: Choice.Type
    ) -> Choice? where Choice.RawValue == String {
        guard let word = text(name) else { return nil }
        guard let choice = Choice(rawValue: word) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            note(name, .unknownName, "\"\(Fault.shortened(word))\" is not one of \(known)")
            return nil
        }
        return choice
    }

    /// The texts of a list with their places; elements of another type are noted.
    mutating func texts(_ name: String, atMost limit: Int) -> [(place: Int, text: String)] {
        guard let list = value(name, "a list of texts", { $0.array }) else { return [] }
        guard list.count <= limit else {
            note(name, .tooMany, "\(list.count) elements; give at most \(limit)")
            return []
        }
        var texts: [(place: Int, text: String)] = []
        for (place, element) in list.enumerated() {
            if let text = element.string {
                texts.append((place, text))
            } else {
                note([name, String(place)], .wrongType, "not a text")
            }
        }
        return texts
    }

    /// The members of an object of numbers, by name; members that are no finite numbers are noted.
    mutating func numbers(_ name: String) -> [(name: String, number: Float)] {
        guard let member = member(name) else { return [] }
        guard case .object(let object) = member else {
            note(name, .wrongType, "not an object of numbers")
            return []
        }
        return object.sorted { $0.key < $1.key }.compactMap { key, value in
            guard let number = value.number, Float(number).isFinite else {
                note([name, key], .wrongType, "not a finite number")
                return nil
            }
            return (key, Float(number))
        }
    }

    /// A member whose type finds its own faults.
    mutating func value<Value: Decodable>(decoding name: String, as type: Value.Type) -> Value? {
        guard let member = member(name) else { return nil }
        do {
            return try JSONDecoder().decode(type, from: Data(member.bytes))
        } catch let error as DecodingError {
            faults.append(Fault(error, under: [name]))
        } catch {
            note(name, .wrongType, "cannot be read")
        }
        return nil
    }

    /// A member that is a rule, whose faults lie within it.
    mutating func rule(_ name: String, _ limits: RuleLimits) -> RuleGroup? {
        guard let member = member(name) else { return nil }
        do throws(RuleFaults) { return try RuleGroup(member, at: [name], limits: limits) } catch {
            faults += error.faults.map(Fault.init)
            return nil
        }
    }
}

extension Fault {
    /// A fault of a rule.
    init(_ fault: RuleFault) {
        let code: Code =
            switch fault.sort {
            case .missing: .missing
            case .wrongType: .wrongType
            case .badRule: .badRule
            }
        self.init(fault.path, code, fault.message)
    }
}

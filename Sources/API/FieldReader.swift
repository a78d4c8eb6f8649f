internal import Foundation

/// Any name of a JSON object's member.
struct FieldName: CodingKey, Hashable {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

/// Reads the members of a JSON object and notes what is wrong with each, instead of stopping at the first.
///
/// A member that is `null` counts as left out.
struct FieldReader {
    private let container: KeyedDecodingContainer<FieldName>
    private let path: [String]
    private(set) var faults: [Fault] = []

    init(_ container: KeyedDecodingContainer<FieldName>) {
        self.container = container
        path = container.codingPath.map(\.stringValue)
    }

    /// Names of all members, in alphabetical order.
    var names: [String] { container.allKeys.map(\.stringValue).sorted() }

    /// Whether a member is there and not null.
    func has(_ name: String) -> Bool {
        // A member that is missing throws where its being null is asked for.
        (try? container.decodeNil(forKey: FieldName(name))) == false
    }

    /// Notes a fault with a member.
    mutating func note(_ name: String, _ code: Fault.Code, _ message: String) { note([name], code, message) }

    /// Notes a fault with something inside a member.
    mutating func note(_ inner: [String], _ code: Fault.Code, _ message: String) {
        faults.append(Fault(path + inner, code, message))
    }

    /// Notes members that the object does not have.
    mutating func refuse(namesOutside known: [String]) {
        for name in names where !known.contains(name) {
            note(name, .unknownField, "unknown field; known are \(known.joined(separator: ", "))")
        }
    }

    /// A member's value, or nil where it is left out or of another type, which is noted.
    mutating func value<Value: Decodable>(_ name: String, as type: Value.Type, _ words: String) -> Value? {
        guard has(name) else { return nil }
        do {
            return try container.decode(type, forKey: FieldName(name))
        } catch {
            note(name, .wrongType, "not \(words)")
            return nil
        }
    }

    /// A whole number within bounds.
    mutating func whole(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let number = value(name, as: Int.self, "a whole number") else { return nil }
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
        guard let number = value(name, as: Double.self, "a number") else { return nil }
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
        guard let word = value(name, as: String.self, "a text") else { return nil }
        guard let choice = Choice(rawValue: word) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            note(name, .unknownName, "\"\(Fault.shortened(word))\" is not one of \(known)")
            return nil
        }
        return choice
    }

    /// The texts of a list with their places; elements of another type are noted.
    mutating func texts(_ name: String, atMost limit: Int) -> [(place: Int, text: String)] {
        guard has(name) else { return [] }
        guard var list = try? container.nestedUnkeyedContainer(forKey: FieldName(name)) else {
            note(name, .wrongType, "not a list of texts")
            return []
        }
        if let count = list.count, count > limit {
            note(name, .tooMany, "\(count) elements; give at most \(limit)")
            return []
        }
        var texts: [(place: Int, text: String)] = []
        while !list.isAtEnd {
            let place = list.currentIndex
            if let text = try? list.decode(String.self) {
                texts.append((place, text))
            } else {
                note([name, String(place)], .wrongType, "not a text")
                // Reading failed without moving on.
                guard (try? list.decode(AnyElement.self)) != nil else { break }
            }
        }
        return texts
    }

    /// The members of an object of numbers, by name; members that are no finite numbers are noted.
    mutating func numbers(_ name: String) -> [(name: String, number: Float)] {
        guard has(name) else { return [] }
        guard let object = try? container.nestedContainer(keyedBy: FieldName.self, forKey: FieldName(name)) else {
            note(name, .wrongType, "not an object of numbers")
            return []
        }
        return object.allKeys.sorted { $0.stringValue < $1.stringValue }.compactMap { key in
            guard let number = try? object.decode(Double.self, forKey: key), Float(number).isFinite else {
                note([name, key.stringValue], .wrongType, "not a finite number")
                return nil
            }
            return (key.stringValue, Float(number))
        }
    }

    /// A member whose type finds its own faults.
    mutating func value<Value: Decodable>(decoding name: String, as type: Value.Type) -> Value? {
        guard has(name) else { return nil }
        do {
            return try container.decode(type, forKey: FieldName(name))
        } catch let error as DecodingError {
            faults.append(Fault(error))
        } catch {
            note(name, .wrongType, "cannot be read")
        }
        return nil
    }

    /// Takes any value and leaves it.
    private struct AnyElement: Decodable {
        init(from decoder: any Decoder) throws {}
    }
}

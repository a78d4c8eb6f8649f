/// A message's header fields in their order, names compared without regard to case.
public struct HTTPHeaders: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    /// One field: a name and its value, without the white space around it.
    public struct Field: Sendable, Equatable {
        /// The name as it was written.
        public let name: String

        /// The value.
        public let value: String
    }

    /// All fields in order; a name may occur more than once.
    public private(set) var fields: [Field] = []

    /// No fields.
    public init() {}

    /// Fields in the order given; a name may occur more than once.
    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map(Field.init)
    }

    /// The value of the first field of this name; setting replaces all of them, nil removes them.
    public subscript(name: String) -> String? {
        get { fields.first { Self.areSame($0.name, name) }?.value }
        set {
            fields.removeAll { Self.areSame($0.name, name) }
            if let newValue { add(name, newValue) }
        }
    }

    /// The values of all fields of this name, in order.
    public func values(_ name: String) -> [String] {
        fields.filter { Self.areSame($0.name, name) }.map(\.value)
    }

    /// Adds a field after the others, also when there is one of its name.
    public mutating func add(_ name: String, _ value: String) { fields.append(Field(name: name, value: value)) }

    mutating func reserveCapacity(_ count: Int) { fields.reserveCapacity(count) }

    /// Compares ASCII letters without their case bit, byte by byte, since header names are ASCII.
    static func areSame(_ left: String, _ right: String) -> Bool {
        let (left, right) = (left.utf8, right.utf8)
        return left.count == right.count && zip(left, right).allSatisfy { lowercased($0) == lowercased($1) }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}

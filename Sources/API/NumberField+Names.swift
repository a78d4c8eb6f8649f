internal import Catalog
internal import Rules

extension NumberField {
    /// Finds a number by the name that rules know it by.
    init?(name: String) {
        guard case .number(let field) = RuleField(name: name), field.name == name else { return nil }
        self = field
    }

    /// The names of all numbers, in the order in which rules list them.
    static let allNames = RuleField.names.filter { NumberField(name: $0) != nil }

    /// The values that a track can have.
    var sensibleRange: ClosedRange<Float> {
        switch self {
        case .feature(let feature): feature.range
        case .year: 1_000...2_999
        case .popularity: 0...100
        case .playlistCount: 0...Float(Int32.max)
        }
    }
}

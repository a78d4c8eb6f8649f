import Catalog
import Features
import Recommendation
import Rules
import Terminal

/// A number for a field of tracks, as `--min tempo=90` gives it.
struct NamedNumber: Sendable, Hashable {
    var field: NumberField
    var value: Float

    /// Names of all fields that are numbers.
    static let names = RuleField.names.filter { NumberField(named: $0) != nil }

    /// Reads `FIELD=NUMBER`.
    static var parser: ValueParser<NamedNumber> {
        ValueParser(expected: "FIELD=NUMBER, with a field of \(names.joined(separator: ", "))") { text in
            guard let (name, value) = split(text), let field = NumberField(named: name) else { return nil }
            return NamedNumber(field: field, value: value)
        }
    }

    static func split(_ text: String) -> (name: String, value: Float)? {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let value = Float(parts[1]), value.isFinite else { return nil }
        return (String(parts[0]), value)
    }
}

/// A factor on a block's weight, as `--weights audio=2` gives it.
struct BlockWeight: Sendable, Hashable {
    var block: Block
    var factor: Float

    /// Reads `BLOCK=FACTOR`.
    static var parser: ValueParser<BlockWeight> {
        let names = Block.allCases.map(\.rawValue).joined(separator: ", ")
        return ValueParser(expected: "BLOCK=FACTOR, with a block of \(names) and a factor from 0 to 1000") { text in
            guard let (name, factor) = NamedNumber.split(text), let block = Block(rawValue: name),
                (0...1_000).contains(factor)
            else { return nil }
            return BlockWeight(block: block, factor: factor)
        }
    }
}

extension NumberField {
    fileprivate init?(named name: String) {
        guard case .number(let field) = RuleField(name: name), field.name == name else { return nil }
        self = field
    }
}

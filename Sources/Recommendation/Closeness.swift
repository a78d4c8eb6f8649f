internal import Catalog
internal import Rules

/// How close values are to wished ones, on a scale that suits each field.
enum Closeness {
    /// Mean over the wished fields of `max(0, 1 - distance / reach)`; a missing value earns nothing.
    static func mean(of target: [NumberField: Float], snapshot: CatalogSnapshot, row: Int) -> Float {
        let sum = target.reduce(Float(0)) { sum, wish in
            guard let value = snapshot.number(wish.key, row) else { return sum }
            return sum + of(value, to: wish.value, field: wish.key)
        }
        return sum / Float(max(target.count, 1))
    }

    /// 1 where equal, falling in a straight line to 0 at the field's reach.
    static func of(_ value: Float, to wish: Float, field: NumberField) -> Float {
        max(0, 1 - distance(value, wish, field) / reach(field))
    }

    private static func distance(_ value: Float, _ wish: Float, _ field: NumberField) -> Float {
        let plain = abs(value - wish)
        // Pitch classes lie on a circle of twelve semitones.
        return field == .feature(.key) ? min(plain, 12 - plain) : plain
    }

    /// The distance at which a value no longer counts as close, in the field's unit.
    static func reach(_ field: NumberField) -> Float {
        switch field {
        case .year: 20
        case .popularity: 50
        case .playlistCount: 50
        case .feature(let feature):
            switch feature {
            case .key: 6
            case .loudness: 15
            case .tempo: 40
            case .duration: 120_000
            case .timeSignature: 3
            case .mode: 1
            default: 0.5
            }
        }
    }
}

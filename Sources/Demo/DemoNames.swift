internal import Catalog

/// Pronounceable names from syllables and word lists of its own.
///
/// An artist's two made-up words spell its number in a scrambled order, so that no two of the first 16 million artists
/// share a name.
enum DemoNames {
    /// 64 open syllables, a consonant and a vowel each.
    private static let openings = syllables("bdfgklmnprstvzhj", "aeio", "")
    /// 64 closed syllables.
    private static let endings = syllables("lmnrtvskdbgzphfj", "aeou", "nrslnrsl")

    private static func syllables(_ consonants: String, _ vowels: String, _ finals: String) -> [String] {
        let finals = Array(finals)
        var made: [String] = []
        for consonant in consonants {
            for vowel in vowels {
                let final = finals.isEmpty ? "" : String(finals[made.count % finals.count])
                made.append("\(consonant)\(vowel)\(final)")
            }
        }
        return made
    }

    /// The name of artist number `index`.
    static func artist(_ index: Int, seed: UInt64) -> String {
        // Multiplying by an odd number permutes the numbers below 2^24.
        let code = Int((UInt64(truncatingIfNeeded: index) &* 0x9e_3779 &+ SplitMix64.mixed(seed)) & 0xff_ffff)
        let first = word(code & 0xfff)
        let second = word(code >> 12)
        switch SplitMix64.mixed(UInt64(code)) % 8 {
        case 0: return "The \(first) \(second)s"
        case 1: return "\(first) & the \(second)s"
        case 2: return "DJ \(first) \(second)"
        case 3: return "\(first) \(second) Trio"
        case 4: return "\(first) of \(second)"
        default: return "\(first) \(second)"
        }
    }

    private static func word(_ code: Int) -> String {
        let word = openings[code & 63] + endings[code >> 6 & 63]
        return word.prefix(1).uppercased() + word.dropFirst()
    }

    /// The title of an album.
    static func album(_ random: inout Xoshiro256) -> String {
        switch random.integer(below: 3) {
        case 0: "\(pick(nouns, &random)) \(pick(["Diaries", "Letters", "Hours", "Seasons", "Stories"], &random))"
        case 1: "\(pick(adjectives, &random)) \(pick(nouns, &random))s"
        default: "\(pick(places, &random)) \(pick(nouns, &random))"
        }
    }

    /// The title of a track.
    static func title(_ random: inout Xoshiro256) -> String {
        switch random.integer(below: 6) {
        case 0: "\(pick(adjectives, &random)) \(pick(nouns, &random))"
        case 1: "\(pick(verbs, &random)) the \(pick(adjectives, &random)) \(pick(nouns, &random))"
        case 2: "\(pick(nouns, &random)) in \(pick(places, &random))"
        case 3: "\(pick(verbs, &random)) Me to \(pick(places, &random))"
        case 4: "\(pick(adjectives, &random)) \(pick(nouns, &random)) at \(pick(hours, &random))"
        default: "\(pick(nouns, &random)) and \(pick(nouns, &random))"
        }
    }

    private static func pick(_ words: [String], _ random: inout Xoshiro256) -> String {
        words[random.integer(below: words.count)]
    }

    private static let adjectives = [
        "Amber", "Ashen", "Bitter", "Borrowed", "Bright", "Broken", "Cobalt", "Distant", "Electric", "Empty", "Faded",
        "Fearless", "Feral", "Fragile", "Frozen", "Gentle", "Gilded", "Golden", "Hidden", "Hollow", "Idle", "Ivory",
        "Lonely", "Lucid", "Midnight", "Nameless", "Northern", "Paper", "Patient", "Quiet", "Restless", "Ruby",
        "Scarlet", "Second", "Silent", "Silver", "Slow", "Stolen", "Sudden", "Tender", "Velvet", "Wild",
    ]
    private static let nouns = [
        "Anchor", "Arrow", "Beacon", "Bell", "Bridge", "Canyon", "Carousel", "Cathedral", "Circle", "Comet", "Compass",
        "Current", "Echo", "Engine", "Feather", "Fire", "Garden", "Ghost", "Harbour", "Heart", "Horizon", "Island",
        "Lantern", "Letter", "Lighthouse", "Machine", "Mirror", "Moon", "Mountain", "Ocean", "Orchard", "Parade",
        "Planet", "Radio", "Raven", "River", "Satellite", "Shadow", "Signal", "Siren", "Sparrow", "Station", "Stone",
        "Storm", "Street", "Summer", "Tower", "Train", "Valley", "Wave", "Window", "Winter",
    ]
    private static let verbs = [
        "Bury", "Carry", "Chase", "Cross", "Drive", "Find", "Follow", "Hold", "Leave", "Light", "Lose", "Paint", "Read",
        "Ride", "Save", "Send", "Sing", "Steal", "Swim", "Take", "Turn", "Wake",
    ]
    private static let places = [
        "Alderwick", "Brackenfold", "Calloway Bay", "Dunmarsh", "Eastmere", "Fennimore", "Glasshaven", "Hollowbrook",
        "Ivymoor", "Junipero", "Kestrel Point", "Larkspur", "Mirefield", "Northgate", "Oakenshore", "Pinecross",
        "Quarry Lane", "Ravensford", "Saltmarket", "Thornbury Row", "Underhill", "Vespertine", "Wintermoor",
        "Yarrowgate",
    ]
    private static let hours = ["Dawn", "Dusk", "Four", "Midnight", "Noon", "Nine", "Seven", "Sunrise"]
}

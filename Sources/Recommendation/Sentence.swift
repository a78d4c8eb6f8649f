/// Phrases joined into one sentence, byte by byte: an answer has ten of them, and a text of its own for every phrase takes
/// longer than all the words.
struct Sentence {
    /// Number of phrases.
    private(set) var phrases = 0
    private var bytes: [UInt8] = []
    private var saysSameArtist = false

    init() { bytes.reserveCapacity(192) }

    /// Begins a phrase, which begins with a small letter of ASCII.
    mutating func say(_ phrase: String) {
        if phrases > 0 { append("; ") }
        phrases += 1
        append(phrase)
    }

    /// Says once that the artist is the same, for which there is more than one reason.
    mutating func saySameArtist() {
        if !saysSameArtist { say("same artist") }
        saysSameArtist = true
    }

    /// Goes on with the phrase.
    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Goes on with a title, which `append` adds as UTF-8.
    mutating func quote(_ append: (inout [UInt8]) -> Void) {
        self.append("\u{201C}")
        append(&bytes)
        self.append("\u{201D}")
    }

    /// The sentence as UTF-8, with a capital at its beginning.
    consuming func finish() -> [UInt8] {
        if !bytes.isEmpty { bytes[0] &= 0xDF }
        return bytes
    }
}

import Ingest

extension SourceReport {
    /// What a source held, as opposed to what that changed in the catalog.
    struct Held: Sendable, Hashable, Codable {
        var tracks = 0
        var entries = 0
        var oddities = SpotifyAnswer.Oddities()
        var refused: Int?

        static func - (left: Held, right: Held) -> Held {
            let refused = (left.refused ?? 0) - (right.refused ?? 0)
            return Held(
                tracks: left.tracks - right.tracks, entries: left.entries - right.entries,
                oddities: left.oddities - right.oddities, refused: refused == 0 ? nil : refused)
        }
    }

    /// A part of the source that is not done yet: a collection by its key, for one.
    struct Reading: Sendable, Hashable, Codable {
        var part: String
        /// What the report told before the part.
        var start: Held
        /// How far the part was when something was last added, and what the report told then.
        var offset = 0
        var before: Held
    }

    private var held: Held {
        get { Held(tracks: tracks, entries: entries, oddities: oddities, refused: refused) }
        set {
            (tracks, entries, oddities) = (newValue.tracks, newValue.entries, newValue.oddities)
            refused = newValue.refused
        }
    }

    /// Begins a part of the source, or takes it up again.
    ///
    /// What an interrupted run, or one that has to begin anew, will read once more is taken off. What it has changed
    /// in the catalog stays counted: the next time it is nothing new.
    /// - Parameter offset: how many elements of it are in the catalog; nil where it is read from its start.
    mutating func begin(_ part: String, at offset: Int? = nil) {
        let former = reading.flatMap { $0.part == part ? $0 : nil }
        let start = former?.start ?? held - (postponed?[part]?.share ?? Held())
        if offset == nil { held = start } else if let former, offset == former.offset { held = former.before }
        reading = Reading(part: part, start: start, offset: offset ?? 0, before: held)
    }

    /// What the report holds of a part that is not done; nil where it holds nothing of it.
    func share(of part: String) -> Held? {
        if let reading, reading.part == part { held - reading.start } else { postponed?[part]?.share }
    }

    /// Marks the place from which on elements are added now.
    mutating func proceed(from offset: Int) {
        guard let former = reading else { return }
        reading = Reading(part: former.part, start: former.start, offset: offset, before: held)
    }

    /// Counts a part as done, once.
    mutating func finish(_ part: String) {
        reading = nil
        if !isDone(part) { done.append(part) }
    }

    /// Whether a part is done.
    func isDone(_ part: String) -> Bool { done.contains(part) }

    /// Whether the part was begun and is not known to be done.
    func isReading(_ part: String) -> Bool { reading?.part == part }
}

internal import Catalog
internal import JSONText

/// Where in a file something stands.
struct DocumentPlace {
    /// The line on which the document starts.
    var line: Int
    /// The way into the document, `tracks.items[3]`; empty at its top.
    var path = ""

    /// A member of what stands here.
    func member(_ name: String) -> DocumentPlace {
        DocumentPlace(line: line, path: path.isEmpty ? name : "\(path).\(name)")
    }

    /// An element of the array that stands here.
    func element(_ index: Int) -> DocumentPlace { DocumentPlace(line: line, path: "\(path)[\(index)]") }
}

/// Turns objects of the Spotify Web API, in their older and newer shapes, into records.
struct SpotifyReader {
    /// The file's path, for errors.
    let file: String
    /// What to accept.
    let options: ImportOptions
    /// Where records and problems go.
    let sink: RecordSink
    /// The playlist or album of which a document is a page, where whoever asked for it knows.
    var owner: EntityReference?

    /// Whose audio features and analyses these documents hold.
    static let provider = "spotify"

    /// Reads one document.
    /// - Throws: `ImportError` when an audio analysis does not tell its track.
    func read(_ document: JSONValue, line: Int) throws(ImportError) {
        if let elements = document.array {
            for (index, element) in elements.enumerated() {
                try read(element, at: DocumentPlace(line: line).element(index))
            }
            if elements.isEmpty { skip("an empty list", DocumentPlace(line: line)) }
        } else {
            try read(document, at: DocumentPlace(line: line))
        }
    }

    private func read(_ value: JSONValue, at place: DocumentPlace) throws(ImportError) {
        guard value.isObject else { return skip(Self.describe(value), place) }
        if try otherService(value, at: place) { return }
        if value["segments"]?.array != nil, value["track"]?.isObject == true { return try analysis(value, place) }
        if isEntry(value) { return entry(value, playlist: nil, position: nil, at: place) }
        if let kind = kind(of: value) { return item(value, kind, at: place) }
        if let error = value["error"] { return skip("an error answer (\(Self.describeError(error)))", place) }
        if value["items"]?.array != nil { return page(value, at: place) }
        if value["is_playing"] != nil { return playback(value, at: place) }
        envelope(value, at: place)
    }

    /// Whether an object is of another format in JSON, and read as such.
    private func otherService(_ value: JSONValue, at place: DocumentPlace) throws(ImportError) -> Bool {
        if HistoryReader.accepts(value) {
            HistoryReader(sink: sink).read(value, at: place)
        } else if let listens = HistoryReader.listens(in: value) {
            if listens.isEmpty { skip("an empty list", place) }
            for (index, listen) in listens.enumerated() {
                HistoryReader(sink: sink).read(listen, at: place.member("listens").element(index))
            }
        } else if JSPFReader.accepts(value) {
            JSPFReader(file: file, sink: sink).read(value, at: place)
        } else {
            return false
        }
        return true
    }

    /// Imports an object of a known kind.
    func item(_ value: JSONValue, _ kind: String, at place: DocumentPlace) {
        switch kind {
        case "track": track(value, at: place)
        case "album": album(value, at: place)
        case "artist": artist(value, at: place)
        case "playlist": playlist(value, at: place)
        case "audio_features": features(value, at: place)
        default: skip(Self.withArticle(kind), place)
        }
    }

    /// The kind of an object: what it says itself, or what only this kind has.
    func kind(of value: JSONValue) -> String? {
        if let type = value["type"]?.string, value["items"]?.array == nil || value["id"] != nil { return type }
        guard let id = value["id"]?.string else { return nil }
        if value["snapshot_id"] != nil { return "playlist" }
        if value["danceability"] != nil { return "audio_features" }
        let kinds = ["track", "album", "artist", "playlist"]
        return kinds.first { value["uri"]?.string == "spotify:\($0):\(id)" }
    }

    /// Whether an object stands for something in a list, with when it was added or played.
    func isEntry(_ value: JSONValue) -> Bool {
        value["type"] == nil && value["is_playing"] == nil
            && (value["added_at"] != nil || value["added_by"] != nil || value["played_at"] != nil
                || value["track"]?.isObject == true || value["item"]?.isObject == true)
    }

    private func playback(_ value: JSONValue, at place: DocumentPlace) {
        guard let item = value["item"], item["id"] != nil || item["is_local"] != nil else {
            return skip("a player's state without a track", place)
        }
        content(item, at: place.member("item"))
    }

    /// The lists that answers wrap under a name: `{"tracks": [...]}`, search results, recommendations.
    private func envelope(_ value: JSONValue, at place: DocumentPlace) {
        var isKnown = false
        for (name, kind) in Self.envelopes {
            guard let list = value[name] else { continue }
            isKnown = true
            if list.array?.isEmpty ?? (list["items"] == nil) {
                skip("an empty list", place.member(name))
            } else if let elements = list.array {
                elementsOfEnvelope(elements, kind, at: place.member(name))
            } else if list["items"]?.array != nil {
                page(list, at: place.member(name))
            }
        }
        if !isKnown { skip(Self.describe(value), place) }
    }

    private static let envelopes = [
        ("tracks", "track"), ("albums", "album"), ("artists", "artist"), ("playlists", "playlist"),
        ("audio_features", "audio_features"), ("episodes", "episode"), ("shows", "show"),
        ("audiobooks", "audiobook"), ("chapters", "chapter"),
    ]

    private func elementsOfEnvelope(_ elements: [JSONValue], _ kind: String, at place: DocumentPlace) {
        for (index, element) in elements.enumerated() {
            let place = place.element(index)
            if isEntry(element) {
                entry(element, playlist: nil, position: nil, at: place)
            } else if element.isObject {
                item(element, element["type"]?.string ?? kind, at: place)
            } else {
                skip("an empty element", place)
            }
        }
    }
}

extension SpotifyReader {
    /// Counts something that a catalog has no place for.
    func skip(_ recognized: String, _ place: DocumentPlace) {
        sink.countRow()
        sink.reportForeign(
            line: place.line, field: place.path.isEmpty ? nil : place.path,
            reason: "recognised as \(recognized), which has nothing to import")
    }

    /// Counts something that should have been imported but is wrong.
    func refuse(_ reason: String, _ place: DocumentPlace) {
        sink.reportBad(line: place.line, field: place.path.isEmpty ? nil : place.path, reason: reason)
    }

    /// `an episode`, `a show`: the kind of an object in words.
    static func withArticle(_ kind: String) -> String {
        let words = kind.replacing("_", with: " ")
        return "aeiou".contains(words.first ?? "x") ? "an \(words)" : "a \(words)"
    }

    private static func describeError(_ error: JSONValue) -> String {
        let words = error["message"]?.string ?? error["description"]?.string ?? error.string ?? "no message"
        return error["status"]?.integer.map { "\($0): \(words)" } ?? words
    }

    private static func describe(_ value: JSONValue) -> String {
        switch value {
        case .null: return "an empty element"
        case .bool, .number, .string, .array: return "a list of values that are no objects"
        case .object(let members):
            if members.isEmpty { return "an empty object" }
            if members["devices"] != nil { return "a list of devices" }
            if members["categories"] != nil { return "a list of categories" }
            if members["genres"] != nil { return "a list of genres" }
            if members["url"] != nil, members["height"] != nil { return "an image" }
            return "an object with the members \(value.keys.prefix(8).map { $0.prefix(40) }.joined(separator: ", "))"
        }
    }
}

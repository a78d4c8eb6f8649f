internal import Catalog
internal import JSONText

/// Why a row is skipped.
struct RowProblem: Error {
    /// The column at fault, where it is one.
    var field: String?
    /// What is wrong with it, in words.
    var reason: String
}

/// One row of a table, read by the meaning of its columns.
struct TableRow {
    let bytes: [UInt8]
    let fields: [FieldRange]
    let header: TableHeader
    let genreLists: GenreLists

    /// The text of a column, or nil where it is missing.
    func text(_ column: TableColumn) throws(RowProblem) -> String? {
        guard let index = header[column] else { return nil }
        return try text(at: index)
    }

    private func text(at index: Int) throws(RowProblem) -> String? {
        let range = FieldText.trimmed(bytes, fields[index])
        if FieldText.isMissing(bytes, range) { return nil }
        guard let text = FieldText.string(bytes, fields[index]) else {
            throw problem(index, "is not UTF-8 text; convert the file to UTF-8")
        }
        return text
    }

    /// The number in a column, or nil where it is missing.
    func number(at index: Int) throws(RowProblem) -> Double? {
        let range = FieldText.trimmed(bytes, fields[index])
        if let value = DecimalText.parse(bytes, range) { return value }
        if FieldText.isMissing(bytes, range) { return nil }
        throw problem(index, "is not a number: \(shown(index))")
    }

    /// The whole number in a column, which may be written `4.0`, or nil where it is missing.
    func integer(_ column: TableColumn, in range: ClosedRange<Int>) throws(RowProblem) -> Int? {
        guard let index = header[column], let value = try number(at: index) else { return nil }
        guard let integer = Int(exactly: value), range.contains(integer) else {
            throw problem(
                index, "is not a whole number from \(range.lowerBound) to \(range.upperBound): \(shown(index))")
        }
        return integer
    }

    /// The value of an audio feature, or nil where it is missing or was not detected.
    func value(of feature: AudioFeature, at index: Int) throws(RowProblem) -> Float? {
        guard let value = try number(at: index).map({ Float($0) }), !feature.isUndetected(value) else { return nil }
        guard feature.range.contains(value) else {
            let range = feature.range
            throw problem(index, "is outside \(range.lowerBound) to \(range.upperBound): \(shown(index))")
        }
        return value
    }

    /// Yes or no in a column, or nil where it is missing.
    func flag(_ column: TableColumn) throws(RowProblem) -> Bool? {
        guard let index = header[column], let text = try text(at: index) else { return nil }
        switch text.lowercased() {
        case "true", "1", "1.0", "yes", "t": return true
        case "false", "0", "0.0", "no", "f": return false
        default: throw problem(index, "is neither true nor false: \(shown(index))")
        }
    }

    /// An external id in a column: a bare Spotify id, a Spotify link or URI, or `namespace:value`.
    func id(_ column: TableColumn, _ kind: EntityReference.Kind) throws(RowProblem) -> ExternalID? {
        guard let index = header[column] else { return nil }
        let range = FieldText.trimmed(bytes, fields[index])
        if range.count == 22, isBase62(range) {
            return .spotify(String(decoding: bytes[range], as: UTF8.self))
        }
        guard let text = try text(at: index) else { return nil }
        return try reference(text, kind, index)
    }

    /// The external ids that a column lists.
    func ids(_ column: TableColumn, _ kind: EntityReference.Kind) throws(RowProblem) -> [ExternalID] {
        guard let index = header[column] else { return [] }
        if let ids = spotifyIDs(in: FieldText.trimmed(bytes, fields[index])) { return ids }
        guard let text = try text(at: index) else { return [] }
        var ids: [ExternalID] = []
        for part in text.split(whereSeparator: { $0 == ";" || $0 == "," }) {
            ids.append(try reference(part.trimmingSpaces, kind, index))
        }
        return ids
    }

    /// Bare Spotify ids between separators, as nearly all lists are; nil where there is anything else.
    private func spotifyIDs(in range: Range<Int>) -> [ExternalID]? {
        guard range.count % 23 == 22 else { return nil }
        var ids: [ExternalID] = []
        for start in stride(from: range.lowerBound, to: range.upperBound, by: 23) {
            let end = start + 22
            let isSeparated = end == range.upperBound || bytes[end] == Ascii.semicolon || bytes[end] == Ascii.comma
            guard isSeparated, isBase62(start..<end) else { return nil }
            ids.append(.spotify(String(decoding: bytes[start..<end], as: UTF8.self)))
        }
        return ids
    }

    private func reference(
        _ text: String, _ kind: EntityReference.Kind, _ index: Int
    ) throws(RowProblem) -> ExternalID {
        if ExternalID.isSpotifyID(text) { return .spotify(text) }
        do throws(ReferenceError) {
            let reference = try EntityReference(parsing: text)
            if reference.kind == kind { return reference.id }
        } catch {
            throw problem(index, "is no id of \(Self.article(kind)): \(shown(index)) is \(error)")
        }
        throw problem(index, "is the id of something else than \(Self.article(kind)): \(shown(index))")
    }

    /// A problem with one column.
    func problem(_ column: TableColumn, _ reason: String) -> RowProblem {
        RowProblem(field: header[column].map { header.names[$0] }, reason: reason)
    }

    /// The start of a column's text, for messages.
    func shown(_ column: TableColumn) -> String { header[column].map(shown) ?? "" }

    private func problem(_ index: Int, _ reason: String) -> RowProblem {
        RowProblem(field: header.names[index], reason: reason)
    }

    private func shown(_ index: Int) -> String {
        let range = FieldText.trimmed(bytes, fields[index])
        let text = String(decoding: bytes[range.prefix(60)], as: UTF8.self)
        let printable = text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : String($0) }.joined()
        return "\"\(printable)\"" + (range.count > 60 ? "…" : "")
    }

    private static func article(_ kind: EntityReference.Kind) -> String {
        kind == .album || kind == .artist ? "an \(kind.rawValue)" : "a \(kind.rawValue)"
    }

    private func isBase62(_ range: Range<Int>) -> Bool {
        for index in range where !(Ascii.isDigit(bytes[index]) || (bytes[index] | 32) &- 97 < 26) { return false }
        return true
    }
}

extension StringProtocol {
    /// The text without blanks at its ends.
    var trimmingSpaces: String {
        if let first = unicodeScalars.first, let last = unicodeScalars.last, "!"..."~" ~= first, "!"..."~" ~= last {
            return String(self)
        }
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest = rest.dropFirst() }
        while rest.last?.isWhitespace == true { rest = rest.dropLast() }
        return String(rest)
    }
}

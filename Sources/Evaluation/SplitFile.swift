internal import Catalog

/// A file that says which playlist belongs to which fold, so that others can fix the split.
///
/// One playlist a line: its external id and its fold, and if wanted the name of a data set, separated by a comma, a
/// tab or spaces. An id may be bare, `namespace:value`, a URI or a link. A fold is a number from 0, or `train` (or -1)
/// for a playlist that is only learned from. Lines that begin with `#` and a heading are passed over.
public struct SplitFile: Sendable, Hashable {
    /// What a line says.
    struct Entry: Sendable, Hashable {
        var id: String
        /// nil for a playlist that is only learned from.
        var fold: Int?
        var label: String?
        var line: Int
    }

    let entries: [Entry]

    /// Reads the text of a file.
    /// - Throws: `EvaluationError.malformedSplit` with the number of the first line that cannot be read.
    public init(parsing text: String) throws(EvaluationError) {
        var entries: [Entry] = []
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let trimmed = line.trimming(\.isWhitespace)
            if trimmed.isEmpty || trimmed.hasPrefix("#") { continue }
            let fields = Self.fields(trimmed)
            if entries.isEmpty, fields.count >= 2, Self.headings.contains(fields[1].lowercased()) { continue }
            entries.append(try Self.entry(fields, line: number + 1))
        }
        guard !entries.isEmpty else { throw EvaluationError(.malformedSplit, "the split file names no playlist") }
        self.entries = entries
    }

    private static let headings: Set = ["fold", "split", "set"]

    private static func fields(_ line: Substring) -> [Substring] {
        let separator: Character = line.contains("\t") ? "\t" : line.contains(",") ? "," : " "
        return line.split(separator: separator, omittingEmptySubsequences: separator == " ").map { field in
            let trimmed = field.trimming(\.isWhitespace)
            return trimmed.count >= 2 && trimmed.hasPrefix("\"") && trimmed.hasSuffix("\"")
                ? trimmed.dropFirst().dropLast() : trimmed
        }
    }

    private static func entry(_ fields: [Substring], line: Int) throws(EvaluationError) -> Entry {
        guard (2...3).contains(fields.count), !fields[0].isEmpty else {
            throw EvaluationError(
                .malformedSplit,
                "line \(line) of the split file must hold a playlist's id and its fold, separated by a comma")
        }
        let label = fields.count == 3 && !fields[2].isEmpty ? String(fields[2]) : nil
        return Entry(id: String(fields[0]), fold: try fold(fields[1], line: line), label: label, line: line)
    }

    private static func fold(_ text: Substring, line: Int) throws(EvaluationError) -> Int? {
        if ["train", "training", "-1"].contains(text.lowercased()) { return nil }
        guard let fold = Int(text), (0...9_999).contains(fold) else {
            throw EvaluationError(
                .malformedSplit,
                "line \(line) of the split file: a fold is a whole number from 0, or train, and not \"\(text)\"")
        }
        return fold
    }
}

extension SplitFile {
    /// The names under which playlists may stand in a split file.
    struct Names {
        private var full: [String: Int] = [:]
        private var bare: [String: Int] = [:]

        init(_ playlists: [ListedPlaylist]) {
            for (number, playlist) in playlists.enumerated() {
                for id in playlist.externalIDs {
                    full["\(id.namespace):\(id.value)"] = number
                    if bare[id.value] == nil || id.namespace == "spotify" { bare[id.value] = number }
                }
            }
        }

        /// The number of the playlist that a text names, or nil.
        func playlist(_ text: String) -> Int? {
            if let known = full[text] ?? bare[text] { return known }
            guard let id = (try? EntityReference(parsing: text))?.id else { return nil }
            return full["\(id.namespace):\(id.value)"]
        }
    }
}

extension StringProtocol {
    func trimming(_ isSurplus: (Character) -> Bool) -> SubSequence {
        let rest = drop(while: isSurplus)
        guard let last = rest.lastIndex(where: { !isSurplus($0) }) else { return self[endIndex...] }
        return self[rest.startIndex...last]
    }
}

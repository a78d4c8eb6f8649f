import Foundation
import Testing

/// Captured answers, which are not part of the repository.
enum Fixtures {
    /// Where they are: beside the repository, or where `SEGUE_SHARED` says.
    static let root: URL = {
        if let path = ProcessInfo.processInfo.environment["SEGUE_SHARED"] { return URL(fileURLWithPath: path) }
        return URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared")
    }()

    static let areThere = FileManager.default.fileExists(atPath: root.appending(path: "fixtures").path)
    static let comment: Comment = "the captured answers are not here; name their folder in SEGUE_SHARED"

    static func data(_ path: String) throws -> Data {
        try Data(contentsOf: root.appending(path: "fixtures").appending(path: path))
    }

    static func json<Value: Decodable>(_ path: String, _ type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: try data(path))
    }

    /// The rows of a table by column name; quotes around cells are taken off, and none of the tables has more.
    static func table(_ path: String) throws -> [[String: String]] {
        let lines = String(decoding: try data(path), as: UTF8.self).split(separator: "\n").map { cells(String($0)) }
        guard let header = lines.first else { return [] }
        return lines.dropFirst().map { Dictionary(zip(header, $0)) { first, _ in first } }
    }

    private static func cells(_ line: String) -> [String] {
        var (cells, isQuoted) = ([""], false)
        for character in line where character != "\r" {
            if character == "\"" {
                isQuoted.toggle()
            } else if character == ",", !isQuoted {
                cells.append("")
            } else {
                cells[cells.count - 1].append(character)
            }
        }
        return cells
    }
}

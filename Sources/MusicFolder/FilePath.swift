internal import Catalog
internal import FileSystem

/// A path as the system and the database compare it: byte for byte.
///
/// Strings are equal however their accents are composed, and files of both spellings may stand side by side, or one be
/// renamed to the other.
struct FilePath: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// As it is handed to the system.
    let text: String

    init(_ text: String) { self.text = text }

    var description: String { text }

    static func == (first: FilePath, second: FilePath) -> Bool { first.text.utf8.elementsEqual(second.text.utf8) }

    static func < (first: FilePath, second: FilePath) -> Bool {
        first.text.utf8.lexicographicallyPrecedes(second.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
        hasher.combine(text.utf8.count)
    }

    /// The path itself and the folders above it, the nearest first.
    var places: some Sequence<FilePath> {
        sequence(first: self) { place in
            place.text.utf8.lastIndex(of: 0x2f).map { FilePath(String(place.text[..<$0])) }
        }
    }

    /// What comes after the last slash.
    var lastName: String {
        text.utf8.lastIndex(of: 0x2f).map { String(text[text.utf8.index(after: $0)...]) } ?? text
    }
}

extension MusicFile {
    /// The path, to be compared.
    var place: FilePath { FilePath(path) }
}

extension FolderWalk.File {
    /// The path, to be compared.
    var place: FilePath { FilePath(path) }
}

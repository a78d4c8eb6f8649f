internal import Gzip
internal import JSONText

/// A window on a file's unpacked bytes that moves forward and widens as far as a row or document needs.
///
/// Positions are indices into `bytes` and hold until the next `fill`, which may move what lies in the window; offsets
/// from `start` hold until the next `consume`.
final class InputBuffer {
    /// The window's storage; only `start..<end` counts.
    private(set) var bytes: [UInt8]
    /// Where the unread bytes begin.
    private(set) var start = 0
    /// Where the bytes end that were read from the file.
    private(set) var end = 0
    /// Whether nothing follows after `end`.
    private(set) var isAtEnd = false
    /// The physical line, from 1, at `start`.
    private(set) var line = 1
    /// Unpacked bytes consumed before `start`.
    private(set) var offset = 0

    /// The file's path as it was given.
    let file: String
    private var source: GzipFileReader
    private static let lookahead = 65_536

    /// Opens a file and reads its first bytes.
    init(file: String, maximumUnpackedBytes: Int, capacity: Int = 524_288) throws(ImportError) {
        self.file = file
        bytes = [UInt8](repeating: 0, count: capacity)
        do throws(GzipError) {
            source = try GzipFileReader(path: file, maximumUnpackedBytes: maximumUnpackedBytes)
        } catch {
            throw ImportError(error, file: file)
        }
        // Compressed data may come in very small pieces; recognising a format takes more than one of them.
        while count < Self.lookahead, try fill() {}
    }

    /// Unread bytes in the window.
    var count: Int { end - start }
    /// Bytes of the file on disk that were used.
    var bytesDone: Int { source.bytesConsumed }
    /// Size of the file on disk.
    var bytesTotal: Int { source.fileSize }
    /// Whether the file is gzip.
    var isCompressed: Bool { source.isCompressed }

    /// The unread byte at an offset from `start`, or nil past the window.
    func byte(at offset: Int) -> UInt8? {
        start + offset < end ? bytes[start + offset] : nil
    }

    /// Reads more of the file behind what is there; false at its end.
    func fill() throws(ImportError) -> Bool {
        guard !isAtEnd else { return false }
        makeRoom()
        let count: Int
        do throws(GzipError) {
            count = try source.read(into: &bytes, at: end)
        } catch {
            throw ImportError(error, file: file)
        }
        end += count
        isAtEnd = count == 0
        return !isAtEnd
    }

    /// Moves past `count` bytes with `lines` line ends among them.
    func consume(_ count: Int, lines: Int) {
        start += count
        offset += count
        line += lines
    }

    /// Moves past `count` bytes and counts the line ends itself.
    func consume(_ count: Int) {
        consume(count, lines: lineEnds(in: count))
    }

    /// Line ends within the next `count` bytes.
    func lineEnds(in count: Int) -> Int {
        var lines = 0
        for index in start..<(start + count) where bytes[index] == Ascii.lineFeed { lines += 1 }
        return lines
    }

    private func makeRoom() {
        if start > 0, end == bytes.count || start == end {
            bytes.replaceSubrange(0..<(end - start), with: bytes[start..<end])
            end -= start
            start = 0
        }
        if end == bytes.count { bytes.append(contentsOf: [UInt8](repeating: 0, count: bytes.count)) }
    }
}

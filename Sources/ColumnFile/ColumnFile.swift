/// A read-only file of named columns of fixed-width elements, made to be memory-mapped.
///
/// Layout, all little-endian: an 8-byte magic, a 32-bit version, a 32-bit number of columns, then for each column 64
/// bytes of directory (name of at most 40 bytes padded with zeros, 64-bit element size, 64-bit offset, 64-bit byte
/// count), then the columns' bytes, each at an offset divisible by 64. Nothing in the file is trusted: the directory is
/// checked against the file's size on opening, and every access against the column's length.
public final class ColumnFile: Sendable {
    static let magic: [UInt8] = Array("SEGUECOL".utf8)
    static let version: UInt32 = 1
    static let headerSize = 16
    static let entrySize = 64
    static let nameSize = 40
    static let alignment = 64

    struct Entry: Sendable, Hashable {
        var elementSize: Int
        var offset: Int
        var byteCount: Int
    }

    private let region: Region
    private let entries: [String: Entry]

    /// Maps a file.
    /// - Throws: `ColumnFileError` for a file that cannot be read, is foreign, truncated or contradicts itself.
    public init(path: String) throws(ColumnFileError) {
        region = try Region(mapping: path)
        do {
            entries = try Self.directory(of: region.bytes)
        } catch {
            throw ColumnFileError(error.code, "\(path): \(error.description)")
        }
    }

    /// Reads the bytes of a file that is in memory already.
    /// - Throws: `ColumnFileError` as for a file.
    public init(bytes: [UInt8]) throws(ColumnFileError) {
        region = Region(copying: bytes)
        entries = try Self.directory(of: region.bytes)
    }

    /// Number of bytes, of which only what is touched needs memory.
    public var byteCount: Int { region.bytes.count }

    /// The column of that name.
    /// - Throws: `missingColumn` where there is none, or its elements have another size.
    public func column<Element>(_ name: String, of type: Element.Type) throws(ColumnFileError) -> Column<Element> {
        guard let entry = entries[name], entry.elementSize == MemoryLayout<Element>.stride else {
            throw ColumnFileError(.missingColumn, "has no column \(name) of \(type)")
        }
        return Column(region: region, offset: entry.offset, count: entry.byteCount / entry.elementSize)
    }

    /// The column of variable-length rows of that name, one row for each offset but the last.
    /// - Throws: `missingColumn`, or `corrupt` where the offsets do not cover the values.
    public func lists<Element>(_ name: String, of type: Element.Type) throws(ColumnFileError) -> ListColumn<Element> {
        let offsets = try column(name + ListColumn<Element>.offsetsSuffix, of: UInt64.self)
        let values = try column(name, of: type)
        guard offsets.count > 0, offsets[0] == 0, offsets[offsets.count - 1] == UInt64(values.count) else {
            throw ColumnFileError(.corrupt, "the offsets of column \(name) do not cover its values")
        }
        return ListColumn(offsets: offsets, values: values)
    }

    private static func directory(of bytes: UnsafeRawBufferPointer) throws(ColumnFileError) -> [String: Entry] {
        guard bytes.count >= headerSize, bytes.prefix(magic.count).elementsEqual(magic) else {
            throw ColumnFileError(.foreign, "not a column file")
        }
        let found = bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)
        guard found == version else {
            throw ColumnFileError(.foreign, "a column file of version \(found), where this program reads \(version)")
        }
        let count = Int(bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self))
        guard count <= (bytes.count - headerSize) / entrySize else {
            throw ColumnFileError(.corrupt, "its directory of \(count) columns is cut off")
        }
        var entries: [String: Entry] = [:]
        for index in 0..<count {
            let (name, entry) = try self.entry(at: headerSize + index * entrySize, of: bytes)
            guard entries.updateValue(entry, forKey: name) == nil else {
                throw ColumnFileError(.corrupt, "it has two columns \(name)")
            }
        }
        return entries
    }

    private static func entry(
        at start: Int, of bytes: UnsafeRawBufferPointer
    ) throws(ColumnFileError) -> (String, Entry) {
        let name = String(decoding: bytes[start..<start + nameSize].prefix { $0 != 0 }, as: UTF8.self)
        let numbers = (0..<3).map { bytes.loadUnaligned(fromByteOffset: start + nameSize + $0 * 8, as: UInt64.self) }
        let size = UInt64(bytes.count)
        guard (1...64).contains(numbers[0]), numbers[1] % UInt64(alignment) == 0, numbers[1] <= size,
            numbers[2] <= size - numbers[1], numbers[2] % numbers[0] == 0
        else { throw ColumnFileError(.corrupt, "column \(name) does not lie within its \(size) bytes") }
        return (name, Entry(elementSize: Int(numbers[0]), offset: Int(numbers[1]), byteCount: Int(numbers[2])))
    }
}

internal import Glibc

/// Collects columns and writes them as one file.
///
/// Appended bytes beyond a megabyte a column are spooled to unlinked temporary files, so that a build needs little
/// memory however long its columns are.
public struct ColumnFileBuilder: ~Copyable {
    private var names: [String] = []
    private var spools: [String: Spool] = [:]
    private let directory: String?

    /// Spools into `directory`, or keeps everything in memory where it is nil.
    public init(spoolingInto directory: String?) { self.directory = directory }

    /// Appends one element to a column; the first append creates the column.
    /// - Throws: `ColumnFileError` where spooling fails.
    public mutating func append<Element: BitwiseCopyable & Sendable>(
        _ element: Element, to name: String
    ) throws(ColumnFileError) {
        try append(contentsOf: CollectionOfOne(element), to: name)
    }

    /// Appends elements to a column; the first append, even of none, creates the column.
    /// - Throws: `ColumnFileError` where spooling fails.
    public mutating func append<Element: BitwiseCopyable & Sendable>(
        contentsOf elements: some Collection<Element>, to name: String
    ) throws(ColumnFileError) {
        let spool = try spool(name, elementSize: MemoryLayout<Element>.stride)
        let isTaken: Void? = elements.withContiguousStorageIfAvailable { elements in
            spool.buffer.append(contentsOf: UnsafeRawBufferPointer(elements))
        }
        if isTaken == nil {
            for element in elements { withUnsafeBytes(of: element) { spool.buffer.append(contentsOf: $0) } }
        }
        try spool.flushIfLarge()
    }

    /// Appends one row to a column of lists.
    /// - Throws: `ColumnFileError` where spooling fails.
    public mutating func appendList<Element: BitwiseCopyable & Sendable>(
        _ elements: some Collection<Element>, to name: String
    ) throws(ColumnFileError) {
        let offsets = name + ListColumn<Element>.offsetsSuffix
        if spools[offsets] == nil { try append(UInt64(0), to: offsets) }
        try append(contentsOf: elements, to: name)
        let end = (spools[name]?.byteCount ?? 0) / MemoryLayout<Element>.stride
        try append(UInt64(end), to: offsets)
    }

    /// Creates an empty column of lists, for a file that may get no rows.
    /// - Throws: `ColumnFileError` where spooling fails.
    public mutating func declareList<Element: BitwiseCopyable & Sendable>(
        _ name: String, of type: Element.Type
    ) throws(ColumnFileError) {
        try append(UInt64(0), to: name + ListColumn<Element>.offsetsSuffix)
        try append(contentsOf: EmptyCollection<Element>(), to: name)
    }

    /// The file's bytes.
    /// - Throws: `ColumnFileError` where a spool cannot be read back.
    public consuming func bytes() throws(ColumnFileError) -> [UInt8] {
        var bytes = header()
        for name in names {
            guard let spool = spools[name] else { continue }
            bytes.append(contentsOf: repeatElement(0, count: Self.padding(after: bytes.count)))
            try spool.drain { bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    /// Writes the file and waits until it is on disk.
    /// - Throws: `ColumnFileError` where the disk refuses; what was written so far is removed.
    public consuming func write(to path: String) throws(ColumnFileError) {
        var file = try OutputFile(path: path)
        do {
            try file.write(header())
            for name in names {
                guard let spool = spools[name] else { continue }
                try file.write(Array(repeating: 0, count: Self.padding(after: file.byteCount)))
                try spool.drain { bytes throws(ColumnFileError) in try file.write(bytes) }
            }
            try file.synchronize()
        } catch {
            unlink(path)
            throw error
        }
    }

    private mutating func spool(_ name: String, elementSize: Int) throws(ColumnFileError) -> Spool {
        if let spool = spools[name] {
            precondition(spool.elementSize == elementSize, "column \(name) has elements of another size")
            return spool
        }
        precondition((1...ColumnFile.nameSize).contains(name.utf8.count), "the column name \(name) does not fit")
        let spool = try Spool(elementSize: elementSize, directory: directory)
        names.append(name)
        spools[name] = spool
        return spool
    }

    private func header() -> [UInt8] {
        var bytes = ColumnFile.magic
        append(ColumnFile.version, to: &bytes)
        append(UInt32(names.count), to: &bytes)
        var offset = ColumnFile.headerSize + names.count * ColumnFile.entrySize
        for name in names {
            guard let spool = spools[name] else { continue }
            offset += Self.padding(after: offset)
            bytes.append(contentsOf: name.utf8)
            bytes.append(contentsOf: repeatElement(0, count: ColumnFile.nameSize - name.utf8.count))
            for number in [spool.elementSize, offset, spool.byteCount] { append(UInt64(number), to: &bytes) }
            offset += spool.byteCount
        }
        return bytes
    }

    private func append(_ number: some FixedWidthInteger & BitwiseCopyable, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private static func padding(after offset: Int) -> Int {
        (ColumnFile.alignment - offset % ColumnFile.alignment) % ColumnFile.alignment
    }
}

/// Reads a file from start to end, unpacking it on the way when it is gzip: recognised by its first bytes, any number
/// of members one after the other, in bounded memory.
///
/// Reads block; they are meant for files, whose reads end by themselves.
public struct GzipFileReader: ~Copyable {
    /// Whether the file is gzip.
    public let isCompressed: Bool
    /// Size of the file in bytes, as it lies on disk.
    public var fileSize: Int { file.size }
    /// Bytes of the file that were used so far: what progress is measured by.
    public var bytesConsumed: Int { bytesRead - (inputEnd - inputStart) }

    private let file: FileInput
    private var inflate: InflateStream
    private let limit: Int
    private var input: [UInt8]
    private var inputStart = 0
    private var inputEnd: Int
    private var bytesRead: Int
    private var unpacked = 0
    private var isBetweenMembers = false

    /// Opens a file.
    /// - Parameters:
    ///   - path: Where it lies.
    ///   - maximumUnpackedBytes: The most bytes that compressed data may unpack to; a plain file may be of any size.
    ///   - chunkSize: Bytes read from disk at once.
    /// - Throws: `GzipError` when the file cannot be read.
    public init(path: String, maximumUnpackedBytes: Int, chunkSize: Int = 262_144) throws(GzipError) {
        precondition(chunkSize >= 2 && maximumUnpackedBytes >= 0)
        let file = try FileInput(path: path)
        var input = [UInt8](repeating: 0, count: chunkSize)
        let count = try Self.fill(&input, from: file)
        let inflate = try InflateStream()
        isCompressed = count >= 2 && input[0] == 0x1f && input[1] == 0x8b
        self.inflate = inflate
        self.file = file
        self.input = input
        limit = maximumUnpackedBytes
        inputEnd = count
        bytesRead = count
    }

    /// Writes the next bytes into `buffer` from `offset` on.
    /// - Returns: How many bytes were written, at least 1; 0 at the end of the file.
    /// - Throws: `GzipError` when the data is damaged, ends early, or is more than allowed.
    public mutating func read(into buffer: inout [UInt8], at offset: Int) throws(GzipError) -> Int {
        precondition(offset >= 0 && offset < buffer.count, "no room to read into")
        return isCompressed ? try readUnpacked(&buffer, offset) : try readPlain(&buffer, offset)
    }

    private mutating func readPlain(_ buffer: inout [UInt8], _ offset: Int) throws(GzipError) -> Int {
        if inputStart == inputEnd { try refill() }
        let count = min(inputEnd - inputStart, buffer.count - offset)
        buffer.withUnsafeMutableBytes { target in
            input.withUnsafeBytes { source in
                UnsafeMutableRawBufferPointer(rebasing: target[offset...])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[inputStart..<(inputStart + count)]))
            }
        }
        inputStart += count
        return count
    }

    private mutating func readUnpacked(_ buffer: inout [UInt8], _ offset: Int) throws(GzipError) -> Int {
        while true {
            if inputStart == inputEnd { try refill() }
            if isBetweenMembers {
                guard try beginMember() else { return 0 }
            } else if inputStart == inputEnd {
                throw .truncated(offset: bytesRead)
            }
            let count = try unpack(&buffer, offset)
            if count > 0 { return count }
        }
    }

    /// Whether another member follows; zeros after the last one are padding, as tape archives have it.
    private mutating func beginMember() throws(GzipError) -> Bool {
        while inputStart < inputEnd, input[inputStart] == 0 {
            inputStart += 1
            if inputStart == inputEnd { try refill() }
        }
        guard inputStart < inputEnd else { return false }
        isBetweenMembers = false
        inflate.reset()
        return true
    }

    private mutating func unpack(_ buffer: inout [UInt8], _ offset: Int) throws(GzipError) -> Int {
        let step: InflateStream.Step
        do throws(InflateStream.Failure) {
            step = try inflateStep(&buffer, offset)
        } catch {
            throw .corrupt(offset: bytesConsumed, reason: error.message)
        }
        inputStart += step.consumed
        unpacked += step.produced
        isBetweenMembers = step.isAtEnd
        guard unpacked <= limit else { throw .tooLarge(limit: limit) }
        return step.produced
    }

    private mutating func inflateStep(
        _ buffer: inout [UInt8], _ offset: Int
    ) throws(InflateStream.Failure) -> InflateStream.Step {
        try buffer.withUnsafeMutableBufferPointer { target throws(InflateStream.Failure) in
            try input.withUnsafeBufferPointer { source throws(InflateStream.Failure) in
                try inflate.step(
                    from: UnsafeBufferPointer(rebasing: source[inputStart..<inputEnd]),
                    into: UnsafeMutableBufferPointer(rebasing: target[offset...]))
            }
        }
    }

    private mutating func refill() throws(GzipError) {
        inputStart = 0
        inputEnd = 0
        inputEnd = try Self.fill(&input, from: file)
        bytesRead += inputEnd
    }

    private static func fill(_ input: inout [UInt8], from file: borrowing FileInput) throws(GzipError) -> Int {
        var count = 0
        while count < input.count {
            let more = try read(&input, count, from: file)
            if more == 0 { break }
            count += more
        }
        return count
    }

    private static func read(
        _ input: inout [UInt8], _ offset: Int, from file: borrowing FileInput
    ) throws(GzipError) -> Int {
        try input.withUnsafeMutableBufferPointer { bytes throws(GzipError) in
            try file.read(into: UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: bytes[offset...])))
        }
    }
}

public import Foundation

/// A file of 32-bit float samples, as RIFF WAVE.
public struct WaveFile {
    /// Channels of equal length.
    public var channels: [[Float]]
    /// Samples in a second.
    public var rate: Int

    /// A file of these channels.
    public init(_ channels: [[Float]], rate: Int = 44_100) { (self.channels, self.rate) = (channels, rate) }

    /// The bytes of the file.
    public var data: Data {
        let frames = channels.first?.count ?? 0
        var samples = Data(capacity: frames * channels.count * 4)
        for frame in 0..<frames {
            for channel in channels { append(channel[frame].bitPattern, to: &samples) }
        }
        var data = Data("RIFF".utf8)
        append(UInt32(36 + samples.count), to: &data)
        data += Data("WAVEfmt ".utf8)
        append(UInt32(16), to: &data)
        append(UInt16(3), to: &data)
        append(UInt16(channels.count), to: &data)
        append(UInt32(rate), to: &data)
        append(UInt32(rate * channels.count * 4), to: &data)
        append(UInt16(channels.count * 4), to: &data)
        append(UInt16(32), to: &data)
        data += Data("data".utf8)
        append(UInt32(samples.count), to: &data)
        return data + samples
    }

    /// Writes the file.
    public func write(to path: String) throws { try data.write(to: URL(fileURLWithPath: path)) }

    private func append(_ value: some FixedWidthInteger, to data: inout Data) {
        withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
    }
}

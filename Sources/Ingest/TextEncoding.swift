/// Decodes lines of files that do not say which encoding they are in.
enum TextEncoding {
    /// UTF-8 where the bytes are that, else Windows-1252, which nearly all other playlists are written in and which
    /// agrees with ISO 8859-1 on all letters. Zero bytes are dropped.
    static func text(_ bytes: ArraySlice<UInt8>) -> String {
        let bytes = bytes.contains(0) ? ArraySlice(bytes.filter { $0 != 0 }) : bytes
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var scalars = String.UnicodeScalarView()
        for byte in bytes { scalars.append(Unicode.Scalar(windows1252(byte)) ?? "\u{fffd}") }
        return String(scalars)
    }

    /// The code point of a byte (Unicode Consortium, CP1252.TXT); the five bytes without one are the replacement character.
    private static func windows1252(_ byte: UInt8) -> UInt32 {
        byte & 0xe0 == 0x80 ? highs[Int(byte) - 0x80] : UInt32(byte)
    }

    private static let highs: [UInt32] = [
        0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0xfffd,
        0x017d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
        0x0153, 0xfffd, 0x017e, 0x0178,
    ]
}

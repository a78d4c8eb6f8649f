internal import JSONText

/// Where a field's bytes lie, without its quotes.
struct FieldRange {
    /// Index of the first byte.
    var start: Int
    /// Index past the last byte.
    var end: Int
    /// Whether quotes inside are doubled.
    var hasDoubledQuotes = false
}

/// One row of delimited text, as RFC 4180 describes it, found in a buffer.
struct DelimitedRow {
    /// How looking for a row went.
    enum Outcome {
        /// A row that ends before the index, with so many line ends inside.
        case row(next: Int, lines: Int)
        /// The bytes end before the row does.
        case needsMore
        /// The row's quotes make no sense; the scan came as far as the index.
        case malformed(at: Int, reason: String)
    }

    /// The fields, in order.
    private(set) var fields: [FieldRange] = []

    /// Finds the fields of the row that begins at `start`.
    ///
    /// Fields may be quoted, with line ends and separators inside and quotes doubled; a quote within a field that does
    /// not begin with one is an ordinary character, as many programs write it. Lines end in LF or CR LF.
    /// - Parameters:
    ///   - bytes: The buffer, valid up to `end`.
    ///   - isAtEnd: Whether the file ends at `end`, so that the last row needs no line end.
    mutating func scan(
        _ bytes: [UInt8], from start: Int, to end: Int, separator: UInt8, isAtEnd: Bool
    ) -> Outcome {
        fields.removeAll(keepingCapacity: true)
        var index = start
        var lines = 0
        while true {
            var field = FieldRange(start: index, end: index)
            if index < end, bytes[index] == Ascii.quote {
                index += 1
                guard Self.skipQuoted(bytes, &index, end, &field, &lines, isAtEnd) else {
                    return isAtEnd ? .malformed(at: end, reason: "a quote is never closed") : .needsMore
                }
                if index < end, bytes[index] == Ascii.carriageReturn { index += 1 }
                if index < end, bytes[index] != separator, bytes[index] != Ascii.lineFeed {
                    return .malformed(at: index, reason: "text follows a closing quote")
                }
            } else {
                while index < end, bytes[index] != separator, bytes[index] != Ascii.lineFeed { index += 1 }
                field.end = index
                if index < end ? bytes[index] == Ascii.lineFeed : isAtEnd { Self.dropCarriageReturn(bytes, &field) }
            }
            if index == end, !isAtEnd { return .needsMore }
            fields.append(field)
            if index == end { return .row(next: end, lines: lines) }
            index += 1
            if bytes[index - 1] == Ascii.lineFeed { return .row(next: index, lines: lines + 1) }
        }
    }

    /// Moves past a quoted field's closing quote; false when there is none.
    private static func skipQuoted(
        _ bytes: [UInt8], _ index: inout Int, _ end: Int, _ field: inout FieldRange, _ lines: inout Int,
        _ isAtEnd: Bool
    ) -> Bool {
        field.start = index
        while index < end {
            if bytes[index] == Ascii.quote {
                guard index + 1 < end || isAtEnd else { return false }
                guard index + 1 < end, bytes[index + 1] == Ascii.quote else { break }
                field.hasDoubledQuotes = true
                index += 1
            } else if bytes[index] == Ascii.lineFeed {
                lines += 1
            }
            index += 1
        }
        guard index < end else { return false }
        field.end = index
        index += 1
        return true
    }

    private static func dropCarriageReturn(_ bytes: [UInt8], _ field: inout FieldRange) {
        if field.end > field.start, bytes[field.end - 1] == Ascii.carriageReturn { field.end -= 1 }
    }

    /// Whether the line holds nothing at all.
    var isBlank: Bool { fields.count == 1 && fields[0].start == fields[0].end }
}

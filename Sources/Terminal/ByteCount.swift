/// Numbers of bytes as people write them.
public enum ByteCount {
    private static let units: [(suffixes: [String], bytes: Int)] = [
        (["gib", "gb", "g"], 1 << 30), (["mib", "mb", "m"], 1 << 20), (["kib", "kb", "k"], 1 << 10), (["b"], 1),
    ]

    /// Digits with or without a unit, all powers of 1024; nil for anything else and for what no `Int` holds.
    public static func value(of text: String) -> Int? {
        let lower = text.lowercased()
        for unit in units {
            guard let suffix = unit.suffixes.first(where: { lower.hasSuffix($0) }) else { continue }
            return digits(lower.dropLast(suffix.count)).flatMap { count in
                let (bytes, overflow) = count.multipliedReportingOverflow(by: unit.bytes)
                return overflow ? nil : bytes
            }
        }
        return digits(lower[...])
    }

    private static func digits(_ text: Substring) -> Int? {
        !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) } ? Int(text) : nil
    }

    /// The shortest exact form, for example `64KiB`.
    public static func text(_ bytes: Int) -> String {
        for (name, unit) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
        where bytes >= unit && bytes.isMultiple(of: unit) {
            return "\(bytes / unit)\(name)"
        }
        return "\(bytes)"
    }
}

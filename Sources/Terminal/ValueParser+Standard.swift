extension ValueParser where Value == String {
    /// Any text that is not empty.
    public static var text: Self { Self(expected: "a text that is not empty") { $0.isEmpty ? nil : $0 } }

    /// A file's or directory's name: not empty, no NUL; `what` says which ("a directory").
    public static func path(_ what: String = "a file's name") -> Self {
        Self(expected: what) { $0.isEmpty || $0.utf8.contains(0) ? nil : $0 }
    }

    /// A host name or an address in digits, without scheme and port.
    public static var host: Self {
        Self(expected: "a host name or an address, without scheme and port") { text in
            let isAddress = text.contains("::") || text.count { $0 == ":" } > 1
            let isPlain = text.utf8.allSatisfy { byte in
                (48...58).contains(byte) || (97...122).contains(byte | 32) || [45, 46, 95, 37].contains(byte)
            }
            return text.isEmpty || text.utf8.count > 253 || !isPlain || (text.contains(":") && !isAddress) ? nil : text
        }
    }
}

extension ValueParser where Value == Int {
    /// A whole number within a range; underscores may group digits.
    public static func integer(in range: ClosedRange<Int>) -> Self {
        let expected =
            range.upperBound == .max
            ? "a whole number from \(range.lowerBound)"
            : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return Self(expected: expected) { text in
            Int(text.replacing("_", with: "")).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A TCP port; 0 lets the system choose.
    public static var port: Self { integer(in: 0...65_535) }

    /// A number of bytes: digits, then nothing, `k`, `M` or `G`, or `KiB`, `MiB` or `GiB`, all powers of 1024.
    public static func bytes(in range: ClosedRange<Int>) -> Self {
        let bounds = "\(ByteCount.text(range.lowerBound)) to \(ByteCount.text(range.upperBound))"
        return Self(expected: "a number of bytes such as 65536, 64k or 1MiB, from \(bounds)") { text in
            ByteCount.value(of: text).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension ValueParser where Value == Double {
    /// A finite number within a range.
    public static func number(in range: ClosedRange<Double>) -> Self {
        let expected: String =
            switch (range.lowerBound.isFinite, range.upperBound.isFinite) {
            case (true, true):
                "a number from \(PlainNumber.text(range.lowerBound)) to \(PlainNumber.text(range.upperBound))"
            case (true, false): "a number from \(PlainNumber.text(range.lowerBound))"
            default: "a number"
            }
        return Self(expected: expected) { text in
            Double(text).flatMap { $0.isFinite && range.contains($0) ? $0 : nil }
        }
    }

    /// A length of time in seconds: a number, alone or with `ms`, `s`, `m` or `h`.
    public static func seconds(in range: ClosedRange<Double>) -> Self {
        let bounds = "\(PlainNumber.text(range.lowerBound)) to \(PlainNumber.text(range.upperBound)) seconds"
        return Self(expected: "a length of time such as 30, 30s or 5m, from \(bounds)") { text in
            let units: [(suffix: String, seconds: Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3_600)]
            let unit = units.first { text.hasSuffix($0.suffix) }
            return Double(text.dropLast(unit?.suffix.count ?? 0))
                .map { $0 * (unit?.seconds ?? 1) }
                .flatMap { $0.isFinite && range.contains($0) ? $0 : nil }
        }
    }
}

extension ValueParser where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the words of an enumeration.
    public static var choice: Self {
        Self(expected: "one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))") { Value(rawValue: $0) }
    }
}

/// Numbers as people write them in help and settings.
enum PlainNumber {
    /// Without a fraction where there is none.
    static func text(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number)
    }
}

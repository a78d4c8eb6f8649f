/// Small horizontal bars made of eighth blocks.
public enum Bar {
    private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    /// A bar whose length is `share` (clamped to 0...1) of `width` columns, to an eighth of a column.
    ///
    /// A share above zero is never invisible: it has an eighth at least.
    public static func text(_ share: Double, width: Int) -> String {
        guard share > 0, width > 0 else { return "" }
        let steps = max(1, Int((min(share, 1) * Double(width * 8)).rounded()))
        return String(repeating: "█", count: steps / 8) + eighths[steps % 8]
    }
}

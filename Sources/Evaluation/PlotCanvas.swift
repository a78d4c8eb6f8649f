internal import Foundation

/// A drawing in SVG: lines, marks and text in a frame with axes.
struct PlotCanvas {
    /// Where data lie on one axis.
    struct Scale {
        let values: ClosedRange<Double>
        let pixels: (from: Double, to: Double)

        func pixel(_ value: Double) -> Double {
            let share = (value - values.lowerBound) / max(values.upperBound - values.lowerBound, .leastNormalMagnitude)
            return pixels.from + share * (pixels.to - pixels.from)
        }

        /// About five round values within the range.
        var ticks: [Double] {
            let rough = max(values.upperBound - values.lowerBound, 1e-9) / 5
            let power = pow(10, floor(log10(rough)))
            let step = power * ([1, 2, 5, 10].first { $0 * power >= rough } ?? 10)
            let first = Int((values.lowerBound / step).rounded(.up))
            let last = Int((values.upperBound / step).rounded(.down))
            return first <= last ? (first...last).map { Double($0) * step } : []
        }
    }

    /// Told apart by people with any colour vision (M. Okabe, K. Ito, 2008).
    static let colors = ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#666666"]

    let width: Double
    let height: Double
    private var body: [String] = []

    init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    /// The document.
    var svg: String {
        let head =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Self.text(width)) \(Self.text(height))\""
            + " font-family=\"sans-serif\" font-size=\"13\">"
        let ground = "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>"
        return ([head, ground] + body + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    mutating func line(_ points: [(x: Double, y: Double)], _ color: String, width: Double = 2) {
        let path = points.map { "\(Self.text($0.x)),\(Self.text($0.y))" }.joined(separator: " ")
        body.append(
            "<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"\(Self.text(width))\"/>"
        )
    }

    mutating func mark(x: Double, y: Double, _ color: String) {
        body.append("<circle cx=\"\(Self.text(x))\" cy=\"\(Self.text(y))\" r=\"4\" fill=\"\(color)\"/>")
    }

    /// `anchor` is `start`, `middle` or `end`; `turned` reads from bottom to top.
    mutating func label(
        _ text: String, x: Double, y: Double, anchor: String = "middle", bold: Bool = false, turned: Bool = false
    ) {
        let turn = turned ? " transform=\"rotate(-90 \(Self.text(x)) \(Self.text(y)))\"" : ""
        let weight = bold ? " font-weight=\"bold\"" : ""
        body.append(
            "<text x=\"\(Self.text(x))\" y=\"\(Self.text(y))\" text-anchor=\"\(anchor)\" fill=\"#222222\"\(weight)\(turn)>"
                + Self.escaped(text) + "</text>")
    }

    static func text(_ number: Double) -> String { String(format: "%.2f", number) }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}

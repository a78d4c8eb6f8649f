/// A report as plots.
struct ReportPlots {
    let report: EvaluationReport
    private let grey = "#cccccc"

    init(_ report: EvaluationReport) { self.report = report }

    /// Methods that may stand beside one another: what is in-sample would only look like the best of them.
    private var methods: [Method] { report.methods.filter { !$0.isInSample } }

    /// nDCG@100 by number of seeds, a line for each method, with intervals.
    func quality() -> String {
        var canvas = PlotCanvas(width: 760, height: 440)
        let frame = (left: 64.0, right: 560.0, top: 44.0, bottom: 384.0)
        let estimates = report.rows.filter { !$0.inSample }.compactMap { $0.metrics[Metric.ndcg.rawValue] }
        let top = max(estimates.map { 100 * $0.high }.max() ?? 1, 1) * 1.05
        let across = PlotCanvas.Scale(
            values: 0...Double(max(report.seeds.count - 1, 1)), pixels: (frame.left + 30, frame.right - 30))
        let up = PlotCanvas.Scale(values: 0...top, pixels: (frame.bottom, frame.top))
        canvas.label("Quality by number of seeds", x: frame.left, y: 24, anchor: "start", bold: true)
        for tick in up.ticks {
            canvas.line([(frame.left, up.pixel(tick)), (frame.right, up.pixel(tick))], grey, width: 1)
            canvas.label(Self.number(tick), x: frame.left - 8, y: up.pixel(tick) + 4, anchor: "end")
        }
        canvas.label("nDCG@100 (x 100), 95 % interval", x: 20, y: (frame.top + frame.bottom) / 2, turned: true)
        for (place, seeds) in report.seeds.enumerated() {
            canvas.label("\(seeds)", x: across.pixel(Double(place)), y: frame.bottom + 20)
        }
        canvas.label("seeds", x: (frame.left + frame.right) / 2, y: frame.bottom + 42)
        for (place, method) in methods.enumerated() { draw(method, place, across, up, frame.right, &canvas) }
        return canvas.svg
    }

    private func draw(
        _ method: Method, _ place: Int, _ across: PlotCanvas.Scale, _ up: PlotCanvas.Scale, _ right: Double,
        _ canvas: inout PlotCanvas
    ) {
        let color = PlotCanvas.colors[place % PlotCanvas.colors.count]
        var points: [(x: Double, y: Double)] = []
        for (number, seeds) in report.seeds.enumerated() {
            guard let estimate = report.row(method, seeds: seeds)?.metrics[Metric.ndcg.rawValue] else { continue }
            // A little beside one another, so that intervals do not hide one another.
            let x = across.pixel(Double(number)) + 4 * (Double(place) - Double(methods.count - 1) / 2)
            points.append((x, up.pixel(100 * estimate.mean)))
            canvas.line([(x, up.pixel(100 * estimate.low)), (x, up.pixel(100 * estimate.high))], color)
            canvas.mark(x: x, y: up.pixel(100 * estimate.mean), color)
        }
        canvas.line(points, color, width: 1.5)
        let y = 64 + 24 * Double(place)
        canvas.line([(right + 16, y), (right + 40, y)], color)
        canvas.label(method.title, x: right + 48, y: y + 4, anchor: "start")
    }

    /// Paired differences of `segue` and the other methods, with intervals.
    func differences() -> String {
        let compared = methods.filter { method in report.differences.contains { $0.against == method } }
        let rows = compared.flatMap { method in report.seeds.map { (method, $0) } }
        let frame = (left: 190.0, right: 720.0, top: 44.0, bottom: 60 + 26 * Double(max(rows.count, 1)))
        var canvas = PlotCanvas(width: 760, height: frame.bottom + 56)
        let estimates = report.differences.compactMap { $0.metrics[Metric.ndcg.rawValue] }
        let low = min(0, estimates.map { 100 * $0.low }.min() ?? 0)
        let high = max(0.1, estimates.map { 100 * $0.high }.max() ?? 1)
        let across = PlotCanvas.Scale(values: low...(high * 1.05), pixels: (frame.left, frame.right))
        canvas.label("How much better segue is", x: frame.left, y: 24, anchor: "start", bold: true)
        for tick in across.ticks {
            canvas.line([(across.pixel(tick), frame.top), (across.pixel(tick), frame.bottom)], grey, width: 1)
            canvas.label(Self.number(tick), x: across.pixel(tick), y: frame.bottom + 18)
        }
        canvas.line([(across.pixel(0), frame.top), (across.pixel(0), frame.bottom)], "#222222", width: 1)
        canvas.label(
            "paired difference in nDCG@100 (x 100), 95 % interval", x: (frame.left + frame.right) / 2,
            y: frame.bottom + 42)
        for (place, (method, seeds)) in rows.enumerated() {
            let y = 64 + 26 * Double(place)
            canvas.label("\(method.title), k = \(seeds)", x: frame.left - 12, y: y + 4, anchor: "end")
            let difference = report.differences.first { $0.against == method && $0.seeds == seeds }
            guard let estimate = difference?.metrics[Metric.ndcg.rawValue] else { continue }
            let color = PlotCanvas.colors[(methods.firstIndex(of: method) ?? 0) % PlotCanvas.colors.count]
            canvas.line([(across.pixel(100 * estimate.low), y), (across.pixel(100 * estimate.high), y)], color)
            canvas.mark(x: across.pixel(100 * estimate.mean), y: y, color)
        }
        return canvas.svg
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() ? String(Int(value)) : ReportTables.text(value, digits: 2)
    }
}

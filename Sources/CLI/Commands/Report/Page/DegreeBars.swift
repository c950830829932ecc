internal import Chart

/// The degree that each layer gets from one plan, as bars.
struct DegreeBars {
    let report: ReportDocument
    let plan: ComparedPlan
    /// The highest degree of all plans that are shown, so that bars compare.
    let highest: Int

    var drawing: Element {
        let layers = plan.degrees.count
        let plot = Plot(
            width: 1160, height: 92, margins: (left: 52, top: 12, right: 28, bottom: 26),
            x: -0.5...Double(max(layers, 1)) - 0.5, y: 0...Double(max(highest, 1)))
        // A single layer needs no bar across the page.
        let width = min(0.6 * plot.area.width / Double(max(layers, 1)), 46)
        let positions = NiceTicks(over: 0...Double(max(layers - 1, 0)), most: 26, wholeNumbers: true)
        let degrees = NiceTicks(over: 0...Double(max(highest, 1)), most: 4, wholeNumbers: true)
        var elements = plot.left(Axis(ticks: degrees, hasGrid: true)) + plot.bottom(Axis(ticks: positions))
        let bars = plan.degrees.enumerated().map { layer, degree in
            bar(layer, degree, width: width, on: plot)
        }
        elements.append(Element("g", ["class": PlanStyle(report).name(of: plan)], bars))
        return plot.drawing(label, elements)
    }

    private func bar(_ layer: Int, _ degree: Int?, width: Double, on plot: Plot) -> Element {
        let top = plot.point(Double(layer), Double(degree ?? highest))
        let box = Box(left: top.x - width / 2, top: top.y, right: top.x + width / 2, bottom: plot.area.bottom)
        let name = report.layers[layer].name
        guard let degree else {
            return Plot.rectangle("kept", box).titled("layer \(layer), \(name): original activation kept")
        }
        return Plot.rectangle("bar", box).titled(
            "layer \(layer), \(name): degree \(degree)"
                + (plan.granularities[layer].map { ", one polynomial per \($0)" } ?? ""))
    }

    private var label: String {
        let degrees = plan.degrees.map { $0.map(String.init) ?? "kept" }.joined(separator: ", ")
        return "Degree of each layer of \(report.name(of: plan)): \(degrees)"
    }
}

internal import Chart
internal import Foundation

/// All plans of a model, accuracy against depth, with the front and the original network.
struct FrontChart {
    /// Plans more than so many points below the original say nothing to anybody, and would press the others together.
    private static let reach = 25.0
    private static let labelSize = 12.0

    private struct Place {
        let plan: ComparedPlan
        let depth: Int
        /// In percent.
        let accuracy: Double
        let interval: ClosedRange<Double>
    }

    private let report: ReportDocument
    private let style: PlanStyle
    private let places: [Place]
    private let plot: Plot

    /// Nil where no plan has both a depth and an accuracy.
    init?(_ report: ReportDocument) {
        self.report = report
        style = PlanStyle(report)
        places = report.plans.compactMap { plan in
            guard let depth = plan.depth, let evaluation = plan.validation else { return nil }
            return Place(
                plan: plan, depth: depth, accuracy: 100 * evaluation.accuracy,
                interval: evaluation.interval[0]...evaluation.interval[1])
        }
        guard !places.isEmpty else { return nil }
        let depths = places.map(\.depth)
        let (least, most) = (depths.min() ?? 0, depths.max() ?? 0)
        let aside = max(0.6, 0.06 * Double(most - least))
        plot = Plot(
            width: 1160, height: 470, margins: (left: 52, top: 36, right: 28, bottom: 52),
            x: Double(least) - aside...Double(most) + aside, y: Self.accuracies(places, report.original))
    }

    /// Plans that are below the drawing and stand at its lower edge.
    var belowCount: Int { places.count { isBelow($0) } }

    /// The lowest accuracy that is drawn, in percent.
    var floor: Double { plot.y.domain.lowerBound }

    var drawing: Element {
        let depths = NiceTicks(over: plot.x.domain, most: 16, wholeNumbers: true)
        let accuracies = NiceTicks(over: floor...min(100, plot.y.domain.upperBound), most: 9)
        var elements = plot.left(Axis(title: "Validation accuracy, %", ticks: accuracies, hasGrid: true))
        elements += plot.bottom(
            Axis(title: "Multiplicative depth: levels from input to logits, linear ones included", ticks: depths))
        elements += original
        elements.append(Plot.path("front-line", line))
        let faintFirst = places.sorted { !$0.plan.isOnFront && $1.plan.isOnFront }
        elements += faintFirst.map(mark)
        elements += labels
        return plot.drawing(label, elements)
    }

    private var label: String {
        let best = report.best.map { plan in
            "\(report.name(of: plan)) \(plan.validation.map { Figure.fixed(100 * $0.accuracy, 2) } ?? "-") % at depth "
                + "\(plan.depth.map(String.init) ?? "-")"
        }
        let original = report.original.map { ", the original network at \(Figure.fixed(100 * $0.accuracy, 2)) %" } ?? ""
        return "Validation accuracy against multiplicative depth of \(ReportWords.counted(places.count, "plan"))"
            + "\(original)." + (best.isEmpty ? "" : " Front: \(best.joined(separator: "; ")).")
    }

    /// From the least accurate plan of the front that is near the original, to the original or above.
    private static func accuracies(_ places: [Place], _ original: EvaluationReport?) -> ClosedRange<Double> {
        let front = places.filter(\.plan.isOnFront)
        let shown = front.isEmpty ? places : front
        let reference = original.map { 100 * $0.accuracy } ?? shown.map(\.accuracy).max() ?? 100
        let near = shown.filter { $0.accuracy >= reference - reach }
        let best = shown.max { $0.accuracy < $1.accuracy }
        let drawn = near.isEmpty ? [best].compactMap(\.self) : near
        let lowest = min(reference, drawn.map(\.interval.lowerBound).min() ?? reference)
        let highest = max(
            original?.interval[1] ?? reference, reference, drawn.map(\.interval.upperBound).max() ?? reference)
        let space = max(0.2, 0.07 * (highest - lowest))
        // Above 100 % there is room for a label and no tick.
        return max(0, lowest - 2 * space)...highest + space
    }

    // MARK: - Marks

    private func isBelow(_ place: Place) -> Bool { place.accuracy < plot.y.domain.lowerBound }

    private func center(_ place: Place) -> Point {
        let accuracy = isBelow(place) ? plot.y.domain.lowerBound : place.accuracy
        let center = plot.point(Double(place.depth), accuracy)
        return isBelow(place) ? Point(center.x, center.y - 7) : center
    }

    private var original: [Element] {
        guard let original = report.original else { return [] }
        let height = plot.y(100 * original.accuracy)
        let band = Box(
            left: plot.area.left, top: plot.y(plot.y.clamped(original.interval[1])), right: plot.area.right,
            bottom: plot.y(plot.y.clamped(original.interval[0])))
        let marks = Element(
            "g", [:],
            [
                Plot.rectangle("original-band", band),
                Plot.line("original", Point(plot.area.left, height), Point(plot.area.right, height)),
            ])
        return [
            marks.titled("original network: \(original.figure)"),
            Plot.text(originalLabel, at: Point(plot.area.left + 8, height - 7), "original-label"),
        ]
    }

    private var originalLabel: String {
        report.original.map { "original network, \(Figure.fixed(100 * $0.accuracy, 2)) %" } ?? ""
    }

    /// Along the front: a deeper plan is worth its levels only from where it stands.
    private var line: [Point] {
        let front = report.best.compactMap { plan in places.first { $0.plan.key == plan.key } }
        var points: [Point] = []
        for place in front {
            let center = center(place)
            if let last = points.last { points.append(Point(center.x, last.y)) }
            points.append(center)
        }
        if let last = points.last { points.append(Point(plot.area.right, last.y)) }
        return points
    }

    private func mark(_ place: Place) -> Element {
        let center = center(place)
        var marks: [Element] = []
        if isBelow(place) {
            marks.append(
                Plot.polygon(
                    "mark",
                    [
                        Point(center.x - 5, center.y - 4), Point(center.x + 5, center.y - 4),
                        Point(center.x, center.y + 5),
                    ]))
        } else {
            let ends = [place.interval.lowerBound, place.interval.upperBound].map { plot.y(plot.y.clamped($0)) }
            marks.append(Plot.line("interval", Point(center.x, ends[0]), Point(center.x, ends[1])))
            marks.append(style.mark(of: place.plan, at: center))
        }
        return Element("g", ["class": style.name(of: place.plan)], marks).titled(tooltip(place))
    }

    private func tooltip(_ place: Place) -> String {
        let plan = place.plan
        return [
            "\(report.name(of: plan)), method \(plan.method)", plan.validation?.figure ?? "",
            "depth \(place.depth), of them \(plan.levels) for activations of degrees \(plan.degreesText)",
            "weights \(plan.refittedWeights ? "refitted" : "of the original")",
            plan.isCompared ? (plan.isOnFront ? "on the front" : "dominated") : "on other images: not compared",
        ].joined(separator: "\n")
    }

    // MARK: - Labels

    private var labels: [Element] {
        var obstacles = places.map { place in
            let center = center(place)
            guard !isBelow(place) else { return Box(around: center, reach: 6) }
            return Box(
                left: center.x - 6, top: min(center.y - 6, plot.y(plot.y.clamped(place.interval.upperBound))),
                right: center.x + 6, bottom: max(center.y + 6, plot.y(plot.y.clamped(place.interval.lowerBound))))
        }
        for (start, end) in zip(line, line.dropFirst()) {
            obstacles.append(
                Box(
                    left: min(start.x, end.x) - 2, top: min(start.y, end.y) - 2, right: max(start.x, end.x) + 2,
                    bottom: max(start.y, end.y) + 2))
        }
        if let original = report.original {
            let height = plot.y(100 * original.accuracy)
            obstacles.append(Box(left: plot.area.left, top: height - 2, right: plot.area.right, bottom: height + 2))
            obstacles.append(
                Box(
                    left: plot.area.left, top: height - 20,
                    right: plot.area.left + 16
                        + TextWidth.of(originalLabel, size: Self.labelSize), bottom: height))
        }
        var placement = LabelPlacement(
            within: Box(left: plot.area.left, top: 18, right: plot.width, bottom: plot.area.bottom - 2),
            avoiding: obstacles, size: Self.labelSize)
        let frontFirst = places.sorted { first, second in
            let (a, b) = (first.plan, second.plan)
            return a.isOnFront != b.isOnFront ? a.isOnFront : first.accuracy > second.accuracy
        }
        return frontFirst.flatMap { place -> [Element] in
            let center = center(place)
            let text = TextWidth.elided(name(of: place), to: 300, size: Self.labelSize)
            guard let spot = placement.place(text, at: center, clearance: 9) else { return [] }
            let label = Plot.text(text, at: spot.origin, place.plan.isOnFront ? "front-label" : "beaten-label")
            guard spot.needsLeader else { return [label] }
            let end = Point(
                min(max(center.x, spot.box.left), spot.box.right), min(max(center.y, spot.box.top), spot.box.bottom))
            return [Plot.line("leader", center, end), label]
        }
    }

    /// With the method where the name does not begin with it, and the accuracy where the mark does not show it.
    private func name(of place: Place) -> String {
        let plan = place.plan
        let name = report.name(of: plan)
        let method = name.hasPrefix(plan.method) ? "" : ", \(plan.method)"
        return name + method + (isBelow(place) ? ", \(Figure.fixed(place.accuracy, 2)) %" : "")
    }
}

internal import Chart

/// How plans are told apart on a page: the same colour, shape and dash wherever one is drawn.
struct PlanStyle {
    private let drawn: [String]

    init(_ report: ReportDocument) {
        drawn = report.drawn
    }

    /// The class of style of a plan.
    func name(of plan: ComparedPlan) -> String {
        drawn.firstIndex(of: plan.key).map { "plan\($0)" } ?? (plan.isOnFront ? "front" : "dominated")
    }

    func name(ofKey key: String) -> String { drawn.firstIndex(of: key).map { "plan\($0)" } ?? "front" }

    /// What stands at the place of a plan: a circle, square or diamond for those that are drawn in layers too, otherwise
    /// a small circle.
    func mark(of plan: ComparedPlan, at center: Point) -> Element {
        let style = plan.isCompared ? "mark" : "open"
        return switch drawn.firstIndex(of: plan.key) {
        case 0: Plot.dot(style, center, radius: 6)
        case 1: Plot.rectangle(style, Box(around: center, reach: 5.5))
        case 2: Plot.polygon(style, Self.diamond(center, reach: 7.5))
        default: Plot.dot(style, center, radius: plan.isOnFront ? 5 : 4)
        }
    }

    /// The line that stands for a plan in the drawings of layers, as a small drawing of its own.
    static func swatch(_ style: String, _ plan: String) -> Element {
        let plot = Plot(width: 24, height: 12, margins: (0, 0, 0, 0), x: 0...1, y: 0...1)
        var drawing = plot.drawing(
            plan, [Element("g", ["class": style], [Plot.path("polynomial", [Point(0, 6), Point(24, 6)])])])
        drawing.attributes.append(Element.Attribute(name: "class", value: "swatch"))
        return drawing
    }

    private static func diamond(_ center: Point, reach: Double) -> [Point] {
        [
            Point(center.x, center.y - reach), Point(center.x + reach, center.y), Point(center.x, center.y + reach),
            Point(center.x - reach, center.y),
        ]
    }
}

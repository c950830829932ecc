internal import Chart

/// What one activation sees, with its function and the polynomials of the plans drawn over it.
struct LayerDrawing {
    private let layer: ReportedLayer
    private let words: ReportWords
    private let style: PlanStyle
    private let plot: Plot

    /// The tallest step of the histogram takes this share of the height, so that curves stay readable.
    private static let tallest = 0.62

    /// Nil where no range is known to draw over.
    init?(_ layer: ReportedLayer, in report: ReportDocument) {
        guard let function = layer.function, let first = function.positions.first, let last = function.positions.last,
            first < last
        else { return nil }
        self.layer = layer
        words = ReportWords(report)
        style = PlanStyle(report)
        let lowest = function.values.min() ?? 0
        let highest = function.values.max() ?? 1
        // Polynomials may leave the function by a quarter of its height before they leave the drawing.
        let space = max(highest - lowest, 1e-12) / 4
        plot = Plot(
            width: 360, height: 216, margins: (left: 40, top: 8, right: 8, bottom: 24), x: first...last,
            y: lowest - space...highest + space)
    }

    var drawing: Element {
        var elements = plot.left(Axis(ticks: NiceTicks(over: plot.y.domain, most: 6), hasGrid: true))
        var marks: [Element] = []
        if let inputs = layer.inputs, let most = inputs.shares.max(), most > 0 {
            let bottom = plot.y.domain.lowerBound
            let height = Self.tallest * (plot.y.domain.upperBound - bottom)
            marks.append(
                plot.steps(
                    "histogram", edges: inputs.edges,
                    heights: inputs.shares.map { bottom + height * ($0 / most).squareRoot() }
                ).titled("values of the pre-activation, height by the square root of their share"))
        }
        if let function = layer.function {
            marks.append(
                plot.curve("function", Array(zip(function.positions, function.values))).titled(layer.activation))
        }
        marks += layer.replacements.map(curve)
        elements.append(plot.clipped(marks))
        elements += plot.bottom(Axis(ticks: NiceTicks(over: plot.x.domain, most: 7)))
        return plot.drawing(label, elements)
    }

    private func curve(_ replacement: ReportedLayer.Replacement) -> Element {
        var marks: [Element] = []
        if replacement.isByChannel {
            let band = replacement.positions.indices.map { index in
                (x: replacement.positions[index], lower: replacement.lower[index], upper: replacement.upper[index])
            }
            marks.append(plot.band("polynomials", band))
        }
        marks.append(plot.curve("polynomial", Array(zip(replacement.positions, replacement.median))))
        let kind =
            replacement.isByChannel
            ? "median of the channels' polynomials, and four fifths of them" : "polynomial"
        return Element("g", ["class": style.name(ofKey: replacement.key)], marks).titled(
            "\(words.name(ofKey: replacement.key)), degree \(replacement.degree): \(kind)")
    }

    private var label: String {
        let polynomials = layer.replacements.map { "\(words.name(ofKey: $0.key)) of degree \($0.degree)" }
        return "Layer \(layer.position), \(layer.name): histogram of its inputs, \(layer.activation)"
            + (polynomials.isEmpty ? "" : ", and polynomials: " + polynomials.joined(separator: ", "))
    }
}

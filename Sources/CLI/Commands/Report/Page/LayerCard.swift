internal import Chart
internal import Foundation

/// All that a page says about one layer.
struct LayerCard {
    let layer: ReportedLayer
    let report: ReportDocument

    var element: Element {
        var children = [
            Element("h3", ["title": layer.name], text: "\(layer.position)  \(Self.short(layer.name))"),
            Element("p", ["class": "seen"], text: site),
        ]
        if let drawing = LayerDrawing(layer, in: report)?.drawing {
            children.append(Element("figure", [:], [drawing]))
        }
        children.append(Element("p", ["class": "seen"], text: seen))
        if !layer.replacements.isEmpty { children.append(replacements) }
        return Element("section", ["class": "card"], children)
    }

    /// Two lines at the most; a tooltip has the whole name.
    private static func short(_ name: String) -> String { TextWidth.elided(name, to: 520, size: 14) }

    private var site: String {
        "\(layer.activation) on \(layer.shape.map(String.init).joined(separator: " x "))"
    }

    private var seen: String {
        guard let inputs = layer.inputs else { return "No shards: what this activation sees is not known." }
        guard let range = inputs.range else { return "No finite value was seen." }
        var text =
            "\(Figure.count(Int(clamping: inputs.values))) values in \(ReportWords.range(range)), "
            + "99.8 % of them in \(ReportWords.range(inputs.bulk)); mean \(Figure.compact(inputs.mean)), "
            + "deviation \(Figure.compact(inputs.deviation))."
        if range[0] == range[1] { text += " All are the same." }
        if inputs.nonFiniteValues > 0 {
            text += " \(Figure.count(Int(clamping: inputs.nonFiniteValues))) more were not finite."
        }
        return text
    }

    private var replacements: Element {
        let words = ReportWords(report)
        let style = PlanStyle(report)
        let header = ["", "degree", "fitted range", "out %", "rmse", "largest error", "drop alone"].enumerated().map {
            Element("th", ["class": $0 > 0 ? "number" : "text", "scope": "col"], text: $1)
        }
        let rows = layer.replacements.map { replacement in
            let cells = [
                String(replacement.degree), ReportWords.range(replacement.fittedRange),
                ReportWords.share(replacement.outsideShare), Figure.compact(replacement.rmse),
                Figure.compact(replacement.maximumError), replacement.alone?.dropText ?? "-",
            ]
            let name = words.name(ofKey: replacement.key)
            return Element(
                "tr", ["title": name],
                [Element("td", [:], [PlanStyle.swatch(style.name(ofKey: replacement.key), name)])]
                    + cells.map { Element("td", ["class": "number"], text: $0) })
        }
        return Element(
            "table", [:], [Element("thead", [:], [Element("tr", [:], header)]), Element("tbody", [:], rows)])
    }
}

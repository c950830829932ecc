internal import Chart
internal import Foundation

/// A report as one HTML page that needs nothing else: no scripts, no fonts, nothing from a network.
///
/// The page is well-formed XML as well, so that programs can read it.
struct ReportPage {
    private let report: ReportDocument
    private let words: ReportWords

    init(_ report: ReportDocument) {
        self.report = report
        words = ReportWords(report)
    }

    var text: String {
        let head = Element(
            "head", [:],
            [
                Element("meta", ["charset": "utf-8"]),
                Element("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
                Element("title", text: "\(report.model.name): polynomial plans"),
                Element("style", text: StyleSheet.text),
            ])
        let main = Element("main", [:], [header] + front + [plans] + checks + degrees + [layers, footer])
        let page = Element(
            "html", ["xmlns": "http://www.w3.org/1999/xhtml", "lang": "en"], [head, Element("body", [:], [main])])
        return "<!DOCTYPE html>\n" + page.rendered + "\n"
    }

    private var header: Element {
        let facts = words.facts.flatMap { [Element("dt", text: $0.name), Element("dd", text: $0.value)] }
        var children = [
            Element("h1", text: report.model.name),
            Element(
                "p", ["class": "lead"],
                text: "\(ReportWords.counted(report.plans.count, "plan")) of polynomial activations, "
                    + "\(report.front.count) of them on the front"),
            Element("dl", ["class": "facts"], facts),
        ]
        if !words.findings.isEmpty {
            children.append(Element("ul", ["class": "findings"], words.findings.map { Element("li", text: $0) }))
        }
        return Element("header", [:], children)
    }

    private var front: [Element] {
        guard let chart = FrontChart(report) else { return [] }
        var caption =
            "Filled marks with bars: accuracy with its 95 % interval. The line is the front: at any depth the best plan that "
            + "depth affords. Faint: dominated plans."
        if report.plans.contains(where: { $0.validation != nil && !$0.isCompared }) {
            caption += " Open: on other images than the rest, and not compared."
        }
        if chart.belowCount > 0 {
            caption +=
                " Triangles at the lower edge: \(ReportWords.counted(chart.belowCount, "plan")) below "
                + "\(Figure.fixed(chart.floor, 1)) %."
        }
        return [
            Element(
                "section", [:],
                [
                    Element("h2", text: "Accuracy against depth"),
                    Self.wide(chart.drawing, [Element("figcaption", text: caption)]),
                ])
        ]
    }

    private var plans: Element {
        var children = [Element("h2", text: "Plans")]
        if report.plans.isEmpty {
            children.append(Element("p", text: words.noPlans))
        } else {
            children.append(PlanTable(report: report).element)
            children += (words.planNotes + [words.terms]).map { Element("p", ["class": "note"], text: $0) }
        }
        return Element("section", [:], children)
    }

    private var checks: [Element] {
        guard !report.checks.isEmpty else { return [] }
        return [
            Element(
                "section", [:],
                [
                    Element("h2", text: "Checks"), CheckTable(report: report).element,
                    Element("p", ["class": "note"], text: words.checkTerms),
                ])
        ]
    }

    private var degrees: [Element] {
        let shown = report.best
        guard !shown.isEmpty else { return [] }
        let highest = shown.flatMap(\.degrees).compactMap(\.self).max() ?? 1
        let bars = shown.map { plan in
            Element(
                "div", [:],
                [
                    Element("h3", text: "\(report.name(of: plan)), depth \(words.depth(of: plan))"),
                    Self.wide(DegreeBars(report: report, plan: plan, highest: highest).drawing),
                ])
        }
        return [
            Element(
                "section", [:],
                [
                    Element("h2", text: "Degrees by layer"),
                    Element(
                        "p", ["class": "note"],
                        text:
                            "The plans of the front, each bar as high as its degree; layers from 0 in topological order."
                    ),
                ] + bars)
        ]
    }

    private var layers: Element {
        let style = PlanStyle(report)
        var legend = report.drawn.map { key in
            let name = words.name(ofKey: key)
            return Element("li", [:], [PlanStyle.swatch(style.name(ofKey: key), name), Element("span", text: name)])
        }
        if report.layers.contains(where: { $0.function != nil }) {
            legend.append(
                Element(
                    "li",
                    text: "Wide grey line: the activation. Area: its inputs, height by the square root of their share."
                ))
        }
        if report.layers.contains(where: { $0.replacements.contains(where: \.isByChannel) }) {
            legend.append(
                Element(
                    "li",
                    text:
                        "Shaded band: the middle four fifths of the channels' polynomials; its line is their median."
                ))
        }
        return Element(
            "section", [:],
            [Element("h2", text: "Layers")] + words.layerNotes.map { Element("p", ["class": "note"], text: $0) }
                + (legend.isEmpty ? [] : [Element("ul", ["class": "legend"], legend)])
                + [
                    Element(
                        "div", ["class": "cards"], report.layers.map { LayerCard(layer: $0, report: report).element })
                ])
    }

    /// A drawing as wide as the page; a narrow screen scrolls along it, so that it can be read.
    private static func wide(_ drawing: Element, _ others: [Element] = []) -> Element {
        var drawing = drawing
        drawing.attributes.append(Element.Attribute(name: "class", value: "wide"))
        return Element("figure", [:], [Element("div", ["class": "scroll"], [drawing])] + others)
    }

    private var footer: Element {
        Element(
            "footer", [:],
            [
                Element(
                    "p", ["class": "note"],
                    contents: [
                        .text("Made by version \(words.madeBy) with "),
                        .element(Element("code", text: report.command)), .text(" from the experiment store alone."),
                    ])
            ])
    }
}

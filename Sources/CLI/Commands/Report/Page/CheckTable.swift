internal import Chart

/// What checks of a model's plans have found, as a table of a page.
struct CheckTable {
    let report: ReportDocument

    var element: Element {
        let words = ReportWords(report)
        let styles = ["text"] + CheckRow.columns.map { $0.alignment == .trailing ? "number" : "text" }
        let header = zip(styles, ["plan"] + CheckRow.columns.map(\.title)).map {
            Element("th", ["class": $0, "scope": "col"], text: $1)
        }
        let rows = report.checks.map { check in
            Element(
                "tr", [:],
                zip(styles, [words.name(ofKey: check.planKey)] + check.cells).map {
                    Element("td", ["class": $0], text: $1)
                })
        }
        let table = Element(
            "table", ["class": "plans"],
            [Element("thead", [:], [Element("tr", [:], header)]), Element("tbody", [:], rows)])
        return Element("div", ["class": "scroll"], [table])
    }
}

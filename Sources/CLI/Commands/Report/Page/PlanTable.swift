internal import Chart

/// All plans of a model as a table of a page.
struct PlanTable {
    let report: ReportDocument

    private static let columns: [(title: String, style: String)] = [
        ("", "text"), ("plan", "text"), ("method", "text"), ("fitter", "text"), ("degrees", "text"),
        ("depth", "number"), ("levels", "number"), ("validation accuracy", "figure"), ("drop", "number"),
        ("test accuracy", "figure"),
        ("escaped", "number"), ("weights", "text"),
    ]

    var element: Element {
        let words = ReportWords(report)
        let header = Self.columns.map { Element("th", ["class": $0.style, "scope": "col"], text: $0.title) }
        var rows = [
            row(
                "original", .text(""),
                [
                    "original network", "", "", "", "", "", report.original?.figure ?? "-", "",
                    report.originalOnTest?.figure ?? "-", "", "",
                ])
        ]
        rows += words.orderedPlans.map { plan in
            row(
                plan.isOnFront ? "best" : "beaten", .text(plan.isOnFront ? "●" : ""),
                [
                    report.name(of: plan), plan.method, plan.fittersText, plan.degreesText,
                    words.depth(of: plan), String(plan.levels), plan.validation?.figure ?? "not evaluated",
                    plan.validation?.dropText ?? "-", plan.test?.figure ?? "-", words.escaped(of: plan),
                    words.weights(of: plan),
                ])
        }
        let table = Element(
            "table", ["class": "plans"],
            [Element("thead", [:], [Element("tr", [:], header)]), Element("tbody", [:], rows)])
        return Element("div", ["class": "scroll"], [table])
    }

    private func row(_ style: String, _ first: Element.Content, _ cells: [String]) -> Element {
        let columns = Self.columns.dropFirst()
        return Element(
            "tr", ["class": style],
            [Element("td", [:], contents: [first])]
                + zip(columns, cells).map { Element("td", ["class": $0.style], text: $1) })
    }
}

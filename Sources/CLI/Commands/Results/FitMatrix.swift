/// Every fit of a sweep on one screen: a row per layer and fitter, a column per degree; a dash where there is none, whether
/// it was not asked for or failed.
struct FitMatrix {
    private struct RowKey: Hashable {
        let fitter: String
        let layer: Int
    }

    private let reports: [ApproximationReport]

    init(_ reports: [ApproximationReport]) {
        self.reports = reports
    }

    func rendered(style: Style) -> String {
        let evaluated = reports.contains { $0.evaluation != nil }
        var parts = [
            style.bold("Error of each fit: density-weighted rmse on the calibration images"),
            table { Figure.compact($0.rmse) }.rendered(style: style),
        ]
        if evaluated {
            parts.append(style.bold("Drop of each single replacement, in points of validation accuracy"))
            parts.append(table { $0.evaluation?.dropText ?? "-" }.rendered(style: style))
        }
        return parts.joined(separator: "\n\n")
    }

    private func table(_ cell: (ApproximationReport) -> String) -> Table {
        let degrees = Set(reports.map(\.degree)).sorted()
        let columns: [Table.Column] =
            [.text("fitter"), .number("layer"), .text("name")] + degrees.map { .number("d=\($0)") }
        var table = Table(columns: columns)
        let rows = Dictionary(grouping: reports) { RowKey(fitter: $0.fitter, layer: $0.layer) }
        for (key, fits) in rows.sorted(by: { ($0.key.fitter, $0.key.layer) < ($1.key.fitter, $1.key.layer) }) {
            let byDegree = Dictionary(fits.map { ($0.degree, $0) }) { first, _ in first }
            table.append(
                [key.fitter, String(key.layer), fits[0].name]
                    + degrees.map { degree in byDegree[degree].map(cell) ?? "-" })
        }
        return table
    }
}

internal import Approx
internal import Foundation

/// A report as Markdown: the same figures as the page, in tables.
struct ReportMarkdown {
    private let report: ReportDocument
    private let words: ReportWords

    init(_ report: ReportDocument) {
        self.report = report
        words = ReportWords(report)
    }

    var text: String {
        var parts = ["# \(Self.escaped(report.model.name)): polynomial plans"]
        parts.append(words.facts.map { "- \($0.name): \(Self.escaped($0.value))" }.joined(separator: "\n"))
        parts.append("Made by version \(words.madeBy):")
        // A block by indentation: no name can end it.
        parts.append("    " + report.command.split(whereSeparator: \.isNewline).joined(separator: " "))
        parts += words.findings.map(Self.escaped)
        parts.append("## Plans")
        if report.plans.isEmpty {
            parts.append(Self.escaped(words.noPlans))
        } else {
            parts.append(plans)
            parts += (words.planNotes + [words.terms]).map(Self.escaped)
            if !report.checks.isEmpty { parts += ["## Checks", checks, Self.escaped(words.checkTerms)] }
            parts.append("## Degrees by layer")
            parts.append(degrees)
        }
        parts.append("## Layers")
        parts += words.layerNotes.map(Self.escaped)
        parts.append(inputs)
        if !report.drawn.isEmpty { parts.append(replacements) }
        return parts.joined(separator: "\n\n") + "\n"
    }

    private var plans: String {
        let header = [
            "front", "plan", "method", "fitter", "degrees", "depth", "levels", "validation accuracy", "drop",
            "test accuracy", "escaped", "weights",
        ]
        let original = [
            "", "original network", "", "", "", "", "", report.original?.figure ?? "-", "",
            report.originalOnTest?.figure ?? "-", "", "",
        ]
        return Self.table(
            header,
            [original]
                + words.orderedPlans.map { plan in
                    [
                        plan.isOnFront ? "●" : "", report.name(of: plan), plan.method,
                        plan.fittersText, plan.degreesText, words.depth(of: plan),
                        String(plan.levels), plan.validation?.figure ?? "not evaluated",
                        plan.validation?.dropText ?? "-", plan.test?.figure ?? "-", words.escaped(of: plan),
                        words.weights(of: plan),
                    ]
                })
    }

    private var checks: String {
        Self.table(
            ["plan"] + CheckRow.columns.map(\.title),
            report.checks.map { [words.name(ofKey: $0.planKey)] + $0.cells })
    }

    private var degrees: String {
        let plans = report.best.isEmpty ? Array(report.plans.suffix(3)) : report.best
        let rows = report.layers.map { layer in
            [String(layer.position), layer.name] + plans.map { $0.degrees[layer.position].map(String.init) ?? "kept" }
        }
        return Self.table(["layer", "name"] + plans.map(report.name(of:)), rows)
    }

    private var inputs: String {
        let header = ["layer", "name", "function", "values", "range", "0.1-99.9 %", "mean", "deviation", "histogram"]
        return Self.table(
            header,
            report.layers.map { layer in
                let seen = layer.inputs
                return [
                    String(layer.position), layer.name, layer.activation,
                    seen.map { Figure.count(Int(clamping: $0.values)) } ?? "-", ReportWords.range(seen?.range),
                    ReportWords.range(seen?.bulk), seen.map { Figure.compact($0.mean) } ?? "-",
                    seen.map { Figure.compact($0.deviation) } ?? "-", Self.sparkline(seen?.shares ?? []),
                ]
            })
    }

    private var replacements: String {
        let header = ["layer", "plan", "degree", "fitted range", "out %", "rmse", "largest error", "drop alone"]
        return Self.table(
            header,
            report.layers.flatMap { layer in
                layer.replacements.map { replacement in
                    [
                        String(layer.position), words.name(ofKey: replacement.key), String(replacement.degree),
                        ReportWords.range(replacement.fittedRange), ReportWords.share(replacement.outsideShare),
                        Figure.compact(replacement.rmse), Figure.compact(replacement.maximumError),
                        replacement.alone?.dropText ?? "-",
                    ]
                }
            })
    }

    /// Heights as the square root of shares, so that rare values can be seen.
    private static func sparkline(_ shares: [Double]) -> String {
        let blocks = Array(" ▁▂▃▄▅▆▇█")
        let width = 4
        let sums = stride(from: 0, to: shares.count, by: width).map { start in
            shares[start..<min(start + width, shares.count)].reduce(0, +)
        }
        guard let most = sums.max(), most > 0 else { return "-" }
        return String(sums.map { blocks[$0 == 0 ? 0 : 1 + Int(($0 / most).squareRoot() * 7)] })
    }

    private static func table(_ header: [String], _ rows: [[String]]) -> String {
        func line(_ cells: [String]) -> String { "| " + cells.map(escaped).joined(separator: " | ") + " |" }
        return ([line(header), "|" + header.map { _ in "---|" }.joined()] + rows.map(line)).joined(separator: "\n")
    }

    /// Text that no renderer takes for markup, on one line.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", "`", "*", "_", "[", "]", "<", ">", "|", "#", "~", "&":
                result += "\\"
                result.unicodeScalars.append(scalar)
            case _ where scalar.properties.generalCategory == .control: result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

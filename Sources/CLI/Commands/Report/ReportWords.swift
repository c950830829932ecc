internal import Approx
internal import Foundation

/// What a report says in words, the same in every format.
struct ReportWords {
    private let report: ReportDocument

    init(_ report: ReportDocument) {
        self.report = report
    }

    // MARK: - Header

    /// What the report is about, name by name.
    var facts: [(name: String, value: String)] {
        let model = report.model
        let input = model.input.map(String.init).joined(separator: " x ")
        var facts = [
            (
                "model",
                "\(model.name), SHA-256 \(model.sha256.prefix(12)), input \(input), \(model.classes) classes, "
                    + "\(Figure.count(model.parameters)) parameters, \(Self.counted(model.layers, "activation layer"))"
            ),
            ("data set", report.data.map(dataset) ?? "none known: the model names none that is in the store"),
            ("compared on", report.comparedImages.map { "\(Figure.count($0)) validation images" } ?? "no images yet"),
        ]
        if !report.seeds.isEmpty {
            facts.append((report.seeds.count == 1 ? "seed" : "seeds", list(report.seeds)))
        }
        if !report.resultVersions.isEmpty {
            facts.append(("results from", "version " + report.resultVersions.joined(separator: ", ")))
        }
        return facts
    }

    /// "0.1.0 (1a2b3c4d5e6f)".
    var madeBy: String { "\(report.version) (\(report.commit.prefix(12))\(report.commit.hasSuffix("+") ? "+" : ""))" }

    private func dataset(_ data: ReportDocument.Images) -> String {
        var text = "\(data.name ?? "not in the store any more"), fingerprint \(data.fingerprint.prefix(12))"
        if let training = data.trainingImages, let test = data.testImages {
            text += ", \(Figure.count(training)) training and \(Figure.count(test)) test images"
        }
        return text
    }

    // MARK: - Plans

    /// What somebody with a budget asks first.
    var findings: [String] {
        guard let original = report.original, let images = report.comparedImages else { return [] }
        let onTest = report.originalOnTest.map { "; on test images \($0.figure)" } ?? ""
        var findings = ["Original network: \(original.figure) on \(Figure.count(images)) validation images\(onTest)."]
        let best = report.best
        guard let most = best.last else { return findings }
        findings.append("Most accurate: \(finding(most)).")
        var named = [most.key]
        for points in [1.0, 5.0] {
            let near = best.first { $0.validation?.drop.map { $0 <= points } ?? false }
            guard let near else {
                findings.append("No plan is within \(Self.points(points)) of the original.")
                continue
            }
            if !named.contains(near.key) {
                named.append(near.key)
                findings.append("Shallowest within \(Self.points(points)) of the original: \(finding(near)).")
            }
        }
        return findings
    }

    private func finding(_ plan: ComparedPlan) -> String {
        "\(report.name(of: plan)), \(plan.validation?.figure ?? "-") at depth \(depth(of: plan)), "
            + "\(plan.validation?.dropText ?? "-") points below the original"
            + (plan.test.map { "; on test images \($0.figure)" } ?? "")
    }

    /// By rising depth, then falling accuracy; what has no figure comes last.
    var orderedPlans: [ComparedPlan] {
        report.plans.enumerated().sorted { first, second in
            let (a, b) = (first.element, second.element)
            let depths = (a.depth ?? .max, b.depth ?? .max)
            if depths.0 != depths.1 { return depths.0 < depths.1 }
            let accuracies = (a.validation?.accuracy ?? -1, b.validation?.accuracy ?? -1)
            return accuracies.0 != accuracies.1 ? accuracies.0 > accuracies.1 : first.offset < second.offset
        }.map(\.element)
    }

    var noPlans: String { "There are no plans yet: centroid run \(report.model.name) --degrees 2...7" }

    /// Which plans are beside the comparison, and why.
    var planNotes: [String] {
        let kept = PlanNotes.kept(report.plans.filter(\.keptStart).map { ($0.plan, $0.key) })
        return (kept.map { [$0] } ?? [])
            + PlanNotes(plans: report.plans, comparedImages: report.comparedImages).lines
    }

    /// What the words of the tables mean.
    var terms: String {
        "Front (●): no plan of the same depth or less is as accurate. Depth: multiplicative levels from input to logits, "
            + "one for each linear piece between activations and those of the activations, at 1 for degree 2, 2 for "
            + "degree 4 and ceil(log2(degree + 1)) otherwise, without bootstrapping. Levels: of the activations alone. "
            + "Drop: points below the original on the same images. Escaped: images whose values left ten times the "
            + "fitted range; they count as wrong. Intervals are Wilson's at 95 %. Validation images are cut from the "
            + "training split, which the network may know: they rank plans, the test figure is the one to quote."
    }

    /// What the table of checks is about.
    var checkTerms: String {
        "Each plan as a CKKS circuit, in the last stage of its check. As polynomial: images on which the circuit decides as "
            + "the same plan in clear. Logits error: the largest difference of a logit from the plan in clear. Levels: those "
            + "that the parameters have. An image: seconds of a batch, shared among its images."
    }

    func depth(of plan: ComparedPlan) -> String { plan.depth.map(String.init) ?? "-" }

    func weights(of plan: ComparedPlan) -> String { plan.refittedWeights ? "refitted" : "original" }

    func escaped(of plan: ComparedPlan) -> String {
        (plan.test ?? plan.validation).map { "\(Figure.count($0.escaped)) / \(Figure.count($0.images))" } ?? "-"
    }

    func name(ofKey key: String) -> String { report.plans.first { $0.key == key }.map(report.name(of:)) ?? key }

    // MARK: - Layers

    /// What the figures of layers are about.
    var layerNotes: [String] {
        var notes: [String] = []
        let images = Set(report.layers.compactMap(\.inputs?.images)).sorted()
        if images.isEmpty {
            notes.append(
                "The store has no shards of this model, so what its activations see is not known: histograms, means and "
                    + "ranges are missing. centroid run \(report.model.name) --degrees 2 captures them.")
        } else {
            notes.append(
                "What each activation sees in the original network, on \(list(images.map { Figure.count($0) })) "
                    + "calibration images.")
        }
        let drawn = report.plans.filter { report.drawn.contains($0.key) }
        if drawn.contains(where: \.refittedWeights) {
            notes.append(
                "Plans with refitted weights feed their activations other values than the original network: their errors "
                    + "and shares are of their own values, and their polynomials may lie beside the original function.")
        }
        if !drawn.isEmpty {
            notes.append(
                "Out: share of values outside of the fitted range in the plan's network, on the images of its "
                    + "evaluation. Drop alone: with this one replacement in the original network, where it was measured."
            )
        }
        return notes
    }

    static func range(_ ends: [Double]?) -> String {
        ends.map { "\(Figure.compact($0[0])) ... \(Figure.compact($0[1]))" } ?? "-"
    }

    static func share(_ share: Double?) -> String { share.map { Figure.compact(100 * $0) } ?? "-" }

    static func counted(_ count: Int, _ thing: String) -> String {
        "\(Figure.count(count)) \(thing)\(count == 1 ? "" : "s")"
    }

    private static func points(_ points: Double) -> String {
        points == 1 ? "1 point" : "\(Figure.compact(points)) points"
    }

    private func list(_ items: [some CustomStringConvertible]) -> String {
        items.map(\.description).joined(separator: ", ")
    }
}

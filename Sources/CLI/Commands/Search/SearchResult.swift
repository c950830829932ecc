internal import Approx
internal import Scheduler
internal import Store

/// What a search found, as JSON and as tables.
struct SearchResult: Encodable {
    /// One plan.
    struct Row: Encodable {
        let plan: String
        let key: String
        /// By the price list, linear pieces included.
        let levels: Int
        /// The same as `centroid best` counts it: what Centroid's own circuits take.
        let depth: Int
        /// Nil where no chain was given.
        let bootstraps: Int?
        /// Of the activations on one ciphertext each, and of the bootstraps where their price is known.
        let estimatedSeconds: Double
        /// Of the jobs that made and evaluated it.
        let preparationSeconds: Double
        let layers: [String]
        /// Whether it is what a training began with, since that made it worse.
        let keptStart: Bool
        let validation: EvaluationReport
        /// Of a finalist, once it was asked for.
        let test: EvaluationReport?
    }

    let model: String
    /// Whether weights are refitted: other plans are the same as finalists.
    let refits: Bool
    let strategy: String
    /// Levels that plans were searched for, ascending.
    let budgets: [Int]
    let evaluations: Int
    let seconds: Double
    /// Spearman's, of measured disagreement and forecast divergence over all fits.
    let rankCorrelation: Double?
    let original: EvaluationReport?
    /// Nil unless the test figure of a finalist is there.
    let originalOnTest: EvaluationReport?
    /// What was tried, in order; what could not be made is left out.
    let trials: [Row]
    /// Of the trials.
    let front: [Row]
    /// Made again with more images, by levels.
    let finalists: [Row]

    init(_ step: SearchStep, chain: Int?, bootstrapSeconds: Double?, in store: Store) throws {
        let candidates = step.candidates, wish = candidates.wish
        model = candidates.model.name
        refits = wish.refit != nil
        strategy = wish.strategy.rawValue
        budgets = wish.goal.budgets(in: candidates.space).sorted()
        evaluations = step.trials.count
        seconds = step.seconds
        rankCorrelation = candidates.correlation
        original = try store.evaluation(of: .original, model: candidates.model.id, on: wish.images.evaluationImages)
            .map(EvaluationReport.init)
        func row(_ choices: [Int], isFinal: Bool) throws -> Row? {
            guard let result = try candidates.result(of: choices, isFinal: isFinal, in: store) else { return nil }
            let levels = candidates.space.levels(of: choices)
            let bootstraps = chain.map { BootstrapCount.bootstraps(levels: levels, chain: $0) }
            let test =
                try isFinal
                ? store.evaluations(of: .plan(result.plan.id), model: candidates.model.id).largest(.test) : nil
            return Row(
                plan: result.plan.name, key: result.plan.key, levels: levels,
                depth: candidates.space.graph.levels(
                    ofLayers: candidates.degrees(of: choices).map(LevelCost.levels(of:))), bootstraps: bootstraps,
                estimatedSeconds: candidates.space.seconds(of: choices)
                    + Double(bootstraps ?? 0) * (bootstrapSeconds ?? 0),
                preparationSeconds: result.seconds, layers: candidates.names(of: choices),
                keptStart: PlanSettings(of: result.plan)?.keptStart ?? false,
                validation: EvaluationReport(result.evaluation), test: test.map(EvaluationReport.init))
        }
        trials = try step.trials.compactMap { try row($0.choices, isFinal: false) }
        front = try candidates.space.front(of: step.trials).compactMap { try row($0.choices, isFinal: false) }
        finalists = try step.finalists.compactMap { try row($0, isFinal: true) }.sorted { $0.levels < $1.levels }
        let tested = finalists.contains { $0.test != nil }
        originalOnTest =
            try tested
            ? store.evaluations(of: .original, model: candidates.model.id).largest(.test).map(EvaluationReport.init)
            : nil
    }

    func rendered(style: Style) -> String {
        var parts = [
            style.bold("Search of \(model) by \(strategy)")
                + ": \(ReportWords.counted(evaluations, "whole network")) tried, \(Figure.duration(seconds)) of work",
            style.bold("Front of the trials") + ", by agreement with the original network",
            table(front),
        ]
        if let original { parts.insert("Original network on these images: \(original.figure)", at: 1) }
        if !finalists.isEmpty {
            let made = refits ? ", made again with more images" : ""
            parts.append(style.bold("Finalists") + "\(made), on the whole validation set")
            parts.append(table(finalists))
        }
        if let originalOnTest {
            parts.append(style.bold("Test figures") + ": original network \(originalOnTest.figure)")
            parts.append(testTable)
        }
        let kept = (front + finalists).filter(\.keptStart)
        if let note = PlanNotes.kept(kept.map { ("\($0.plan) with \($0.levels) levels", $0.key) }) {
            parts.append("Note: \(note)")
        }
        if showsDepth {
            parts.append(
                "Levels are those of the price list; depth is what Centroid's circuits take, as in centroid best.")
        }
        if let rankCorrelation {
            parts.append(
                "Measured and forecast sensitivity of single replacements: Spearman's rank correlation "
                    + Figure.fixed(rankCorrelation, 2) + ".")
        }
        return parts.joined(separator: "\n\n")
    }

    /// Whether the price list counts otherwise than Centroid's circuits.
    private var showsDepth: Bool { (front + finalists).contains { $0.levels != $0.depth } }

    private func table(_ rows: [Row]) -> String {
        let depth: [Table.Column] = showsDepth ? [.number("depth")] : []
        var table = Table(
            columns: [.number("levels")] + depth + [
                .number("bootstraps"), .text("validation accuracy"), .number("agree %"), .number("escaped"),
                .number("seconds encrypted"), .number("made in"), .text("degrees, layer by layer"),
            ])
        for row in rows {
            table.append(
                [String(row.levels)] + depth.map { _ in String(row.depth) } + [
                    row.bootstraps.map(String.init) ?? "-", row.validation.figure, row.validation.agreementText,
                    String(row.validation.escaped), Figure.fixed(row.estimatedSeconds, 2),
                    Figure.duration(row.preparationSeconds), row.layers.joined(separator: ","),
                ])
        }
        return table.rendered(style: .plain)
    }

    private var testTable: String {
        var table = Table(columns: [
            .number("levels"), .text("test accuracy"), .number("drop"), .number("agree %"), .number("escaped"),
        ])
        for row in finalists {
            // Without --test, those that were tested before have figures.
            table.append([
                String(row.levels), row.test?.figure ?? "not tested", row.test?.dropText ?? "-",
                row.test?.agreementText ?? "-", row.test.map { String($0.escaped) } ?? "-",
            ])
        }
        return table.rendered(style: .plain)
    }
}

internal import Approx
internal import Scheduler
internal import Store

/// What a search found, as JSON and as tables.
struct SearchResult: Encodable {
    /// One plan.
    struct Row: Encodable {
        let plan: String
        let key: String
        /// Linear pieces included.
        let levels: Int
        /// Nil where no chain was given.
        let bootstraps: Int?
        /// Of the activations on one ciphertext each, and of the bootstraps where their price is known.
        let estimatedSeconds: Double
        /// Of the jobs that made and evaluated it.
        let preparationSeconds: Double
        let layers: [String]
        let validation: EvaluationReport
        /// Of a finalist, once it was asked for.
        let test: EvaluationReport?
    }

    let model: String
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
                plan: result.plan.name, key: result.plan.key, levels: levels, bootstraps: bootstraps,
                estimatedSeconds: candidates.space.seconds(of: choices)
                    + Double(bootstraps ?? 0) * (bootstrapSeconds ?? 0),
                preparationSeconds: result.seconds, layers: candidates.names(of: choices),
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
                + ": \(evaluations) whole networks tried, \(Figure.duration(seconds)) of work",
            style.bold("Front of the trials") + ", by agreement with the original network",
            table(front),
        ]
        if let original { parts.insert("Original network on these images: \(original.figure)", at: 1) }
        if !finalists.isEmpty {
            parts.append(style.bold("Finalists") + ", made again with more images, on the whole validation set")
            parts.append(table(finalists))
        }
        if let originalOnTest {
            parts.append(style.bold("Test figures") + ": original network \(originalOnTest.figure)")
            parts.append(testTable)
        }
        if let rankCorrelation {
            parts.append(
                "Measured and forecast sensitivity of single replacements: Spearman's rank correlation "
                    + Figure.fixed(rankCorrelation, 2) + ".")
        }
        return parts.joined(separator: "\n\n")
    }

    private func table(_ rows: [Row]) -> String {
        var table = Table(columns: [
            .number("levels"), .number("bootstraps"), .text("validation accuracy"), .number("agree %"),
            .number("escaped"), .number("seconds encrypted"), .number("made in"), .text("degrees, layer by layer"),
        ])
        for row in rows {
            table.append([
                String(row.levels), row.bootstraps.map(String.init) ?? "-", row.validation.figure,
                row.validation.agreementText, String(row.validation.escaped), Figure.fixed(row.estimatedSeconds, 2),
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
            // Without --test, of those that were tested before.
            guard let test = row.test else { continue }
            table.append([
                String(row.levels), test.figure, test.dropText, test.agreementText, String(test.escaped),
            ])
        }
        return table.rendered(style: .plain)
    }
}

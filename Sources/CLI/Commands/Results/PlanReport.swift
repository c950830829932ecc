internal import Scheduler
internal import Store

/// A plan with its figures, as JSON and as a row.
struct PlanReport: Encodable {
    let plan: String
    /// Names the plan where several have the same name.
    let key: String
    let method: String
    let levels: Int
    let layers: Int
    let replacedLayers: Int
    /// What the plan took to make, captures and fits included; nil if that was not noted.
    let preparationSeconds: Double?
    /// Whether it is what a training began with, since that made it worse.
    let keptStart: Bool
    let validation: EvaluationReport?
    let test: EvaluationReport?

    /// With the figures of the most images that there are.
    init(_ plan: PlanRecord, in store: Store) throws {
        let evaluations = try store.evaluations(of: .plan(plan.id), model: plan.model)
        try self.init(
            plan, validation: evaluations.largest(.validation), test: evaluations.largest(.test), in: store)
    }

    /// With the figures on these images, where there are some.
    init(_ plan: PlanRecord, on images: (validation: EvaluationImages?, test: EvaluationImages?), in store: Store)
        throws
    {
        func evaluation(on images: EvaluationImages?) throws -> EvaluationRecord? {
            try images.flatMap { try store.evaluation(of: .plan(plan.id), model: plan.model, on: $0) }
        }
        try self.init(
            plan, validation: evaluation(on: images.validation), test: evaluation(on: images.test), in: store)
    }

    private init(
        _ plan: PlanRecord, validation: EvaluationRecord?, test: EvaluationRecord?, in store: Store
    ) throws {
        self.plan = plan.name
        key = plan.key
        method = plan.method
        levels = plan.levels
        layers = plan.approximations.count
        replacedLayers = plan.replacedLayers
        keptStart = PlanSettings(of: plan)?.keptStart ?? false
        preparationSeconds = try PlanJobs.seconds(of: plan, in: store)
        self.validation = validation.map(EvaluationReport.init)
        self.test = test.map(EvaluationReport.init)
    }

    static func table(_ reports: [PlanReport], original: [String: EvaluationReport]) -> Table {
        var table = Table(columns: [
            .text("plan"), .number("levels"), .text("validation accuracy"), .number("drop"), .text("test accuracy"),
            .number("drop"), .number("agree %"), .number("escaped"), .number("prepared in"),
        ])
        table.append([
            "original network", "-", original["validation"]?.figure ?? "-", "", original["test"]?.figure ?? "-", "", "",
            "", "",
        ])
        for report in reports {
            table.append([
                report.plan + (report.replacedLayers < report.layers ? " (incomplete)" : ""), String(report.levels),
                report.validation?.figure ?? "-", report.validation?.dropText ?? "-", report.test?.figure ?? "-",
                report.test?.dropText ?? "-", (report.test ?? report.validation)?.agreementText ?? "-",
                (report.test ?? report.validation).map { String($0.escaped) } ?? "-",
                report.preparationSeconds.map(Figure.duration) ?? "-",
            ])
        }
        return table
    }
}

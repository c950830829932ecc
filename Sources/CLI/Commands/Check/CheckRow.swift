internal import Encryption
internal import Scheduler
internal import Store
internal import Worker

/// A check as JSON and as a row.
struct CheckRow: Encodable {
    let plan: String
    let planKey: String
    let mode: String
    let dataset: String
    let split: String
    let images: Int
    let seed: UInt64
    let createdAt: String
    let original: Int
    /// Of the last stage.
    let correct: Int
    let agreeingWithPolynomial: Int
    let largestError: Double?
    let levels: Int
    let secondsPerImage: Double
    let version: String

    /// - Parameter dataset: Its name.
    init(_ check: CheckRecord, of plan: PlanRecord, dataset: String) throws {
        let report = try CanonicalJSON.value(
            CheckReport.self, from: check.report, of: "report of check \(check.id)")
        let wish = try CanonicalJSON.value(
            CheckJob.self, from: check.settings, of: "settings of check \(check.id)")
        let run = try CanonicalJSON.value(CheckRun.self, from: check.run, of: "run of check \(check.id)")
        guard let original = report.stages.first, let last = report.stages.last else {
            throw StoreError.undecodable("report of check \(check.id)", "it has no stages")
        }
        self.plan = plan.name
        planKey = plan.key
        mode = check.mode.rawValue
        self.dataset = dataset
        split = check.images.split.rawValue
        images = report.images
        seed = wish.seed
        createdAt = Figure.date(check.createdAt)
        self.original = original.correct
        correct = last.correct
        agreeingWithPolynomial = last.agreeingWithPolynomial
        largestError = last.error?.largest
        levels = run.circuit.levels
        secondsPerImage = run.times.perBatch * Double(run.times.batches) / Double(report.images)
        version = run.version
    }

    /// The checks of a model's plans; what cannot be read is named on standard error and left out.
    static func all(of model: ModelRecord, in store: Store) throws -> [CheckRow] {
        let plans = Dictionary(uniqueKeysWithValues: try store.plans(of: model.id).map { ($0.id, $0) })
        return try store.checks(of: model.id).compactMap { check in
            guard let plan = plans[check.plan] else { return nil }
            do {
                return try CheckRow(check, of: plan, dataset: store.datasetName(check.images.dataset))
            } catch {
                StandardError.writeLine("note: check \(check.id) of \(plan.name) is left out: \(error)")
                return nil
            }
        }
    }

    /// What stands above ``cells``.
    static let columns: [Table.Column] = [
        .text("mode"), .text("data"), .text("accuracy"), .number("original"), .number("as polynomial"),
        .number("logits error max"), .number("levels"), .number("an image"), .number("seed"), .text("made"),
    ]

    /// All that a table says of the check itself.
    var cells: [String] {
        [
            mode, "\(dataset), \(split)", Figure.accuracy(correct: correct, of: images), Figure.count(original),
            Figure.count(agreeingWithPolynomial), largestError.map(Figure.compact) ?? "-", "\(levels)",
            Figure.duration(secondsPerImage), "\(seed)", createdAt,
        ]
    }

    static func table(_ rows: [CheckRow]) -> Table {
        var table = Table(columns: [.text("plan"), .text("key")] + columns)
        for row in rows { table.append([row.plan, String(row.planKey.prefix(8))] + row.cells) }
        return table
    }
}

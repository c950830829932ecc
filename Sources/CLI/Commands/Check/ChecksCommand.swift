internal import ArgumentParser
internal import Encryption
internal import Store
internal import Worker

/// `centroid checks`: what the checks of a model's plans have found so far.
struct ChecksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checks", abstract: "List what checks of a model's plans have found.",
        discussion: "All figures of one: the command that made it, centroid check, which reads them from the store.")

    @Argument(help: "The model's name.")
    var model: String

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try Store.reader(at: store.path)
        let model = try store.model(named: model)
        let plans = Dictionary(uniqueKeysWithValues: try store.plans(of: model.id).map { ($0.id, $0) })
        var reports: [CheckRow] = []
        for check in try store.checks(of: model.id) {
            guard let plan = plans[check.plan] else { continue }
            do {
                reports.append(try CheckRow(check, of: plan))
            } catch {
                StandardError.writeLine("note: check \(check.id) of \(plan.name) is left out: \(error)")
            }
        }
        if output.json {
            try JSONOutput.print(reports)
        } else if reports.isEmpty {
            print("No plan of \(model.name) was checked yet; check one with: centroid check \(model.name) --plan NAME")
        } else {
            print(CheckRow.table(reports).rendered(style: .standardOutput))
        }
    }
}

/// A check as JSON and as a row.
private struct CheckRow: Encodable {
    let plan: String
    let planKey: String
    let mode: String
    let split: String
    let images: Int
    let original: Int
    /// Of the last stage.
    let correct: Int
    let agreeingWithPolynomial: Int
    let largestError: Double?
    let levels: Int
    let secondsPerImage: Double
    let version: String

    init(_ check: CheckRecord, of plan: PlanRecord) throws {
        let report = try CanonicalJSON.value(
            CheckReport.self, from: check.report, of: "report of check \(check.id)")
        let run = try CanonicalJSON.value(CheckRun.self, from: check.run, of: "run of check \(check.id)")
        guard let original = report.stages.first, let last = report.stages.last else {
            throw StoreError.undecodable("report of check \(check.id)", "it has no stages")
        }
        self.plan = plan.name
        planKey = plan.key
        mode = check.mode.rawValue
        split = check.images.split.rawValue
        images = report.images
        self.original = original.correct
        correct = last.correct
        agreeingWithPolynomial = last.agreeingWithPolynomial
        largestError = last.error?.largest
        levels = run.circuit.levels
        secondsPerImage = run.times.perBatch * Double(run.times.batches) / Double(report.images)
        version = run.version
    }

    static func table(_ rows: [CheckRow]) -> Table {
        var table = Table(columns: [
            .text("plan"), .text("key"), .text("mode"), .text("split"), .text("accuracy"), .number("original"),
            .number("as polynomial"), .number("logits error max"), .number("levels"), .number("an image"),
        ])
        for row in rows {
            table.append([
                row.plan, String(row.planKey.prefix(8)), row.mode, row.split,
                Figure.accuracy(correct: row.correct, of: row.images),
                Figure.count(row.original), Figure.count(row.agreeingWithPolynomial),
                row.largestError.map(Figure.compact) ?? "-", "\(row.levels)", Figure.duration(row.secondsPerImage),
            ])
        }
        return table
    }
}

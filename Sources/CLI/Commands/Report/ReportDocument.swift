internal import Approx
internal import Store
internal import Worker

/// Everything that a report on a model says, as JSON; the other formats are made from it.
struct ReportDocument: Encodable {
    /// Changes whenever the meaning of a field does.
    private static let currentVersion = 1
    /// As many plans as a drawing of one layer can hold.
    private static let mostDrawn = 3

    /// The images that everything is about.
    struct Images: Encodable {
        /// Nil if the data set was removed from the store.
        let name: String?
        let fingerprint: String
        let trainingImages: Int?
        let testImages: Int?
    }

    let format = "centroid-report"
    let formatVersion = Self.currentVersion
    /// What made this report.
    let version: String
    let commit: String
    let command: String
    /// What made the results, as "version (commit)".
    let resultVersions: [String]
    let model: ModelReport
    let data: Images?
    /// Of all plans that name one.
    let seeds: [UInt64]
    /// Validation images that plans are compared on; nil where none was evaluated.
    let comparedImages: Int?
    let original: EvaluationReport?
    let originalOnTest: EvaluationReport?
    /// In the order in which they were made.
    let plans: [ComparedPlan]
    /// Keys of the plans that no plan of the same depth or less equals, by rising depth.
    let front: [String]
    /// Keys of the plans that stand for the others in the drawings of layers: of the front, the ends and the middle.
    let drawn: [String]
    let layers: [ReportedLayer]
    /// What checks of the plans as circuits have found.
    let checks: [CheckRow]

    init(of record: ModelRecord, in store: Store, command: String) throws {
        let layers = try store.layers(of: record.id)
        let comparison = try PlanComparison(of: record, in: store)
        let plans = comparison.plans
        version = BuildVersion.number
        commit = BuildVersion.commit
        self.command = command
        resultVersions = try store.versions(behind: record.id).map { BuildVersion.text($0.number, commit: $0.commit) }
        model = ModelReport(record, layers: layers.count)
        let fingerprint =
            try comparison.images?.dataset
            ?? record.dataset.flatMap { name in try store.datasets().first { $0.name == name }?.fingerprint }
        data = try fingerprint.map { try Images(fingerprint: $0, preferring: record.dataset, in: store) }
        seeds = Set(plans.compactMap(\.seed)).sorted()
        comparedImages = comparison.images?.range.count
        original = comparison.original
        originalOnTest = try store.evaluations(of: .original, model: record.id).largest(.test)
            .map(EvaluationReport.init)
        self.plans = plans
        front = comparison.front.map { plans[$0].key }
        let stand = comparison.front.isEmpty ? Array(plans.indices) : comparison.front
        let drawn = Self.spread(stand, most: Self.mostDrawn)
        self.drawn = drawn.map { plans[$0].key }
        self.layers = try layers.map { layer in
            try ReportedLayer(
                layer, drawn.map { (plans[$0], comparison.approximations[$0][layer.position]) },
                dataset: fingerprint, in: store)
        }
        checks = try CheckRow.all(of: record, in: store)
    }

    /// The front, by rising depth.
    var best: [ComparedPlan] { front.compactMap { key in plans.first { $0.key == key } } }

    /// What a plan is called where several have its name.
    func name(of plan: ComparedPlan) -> String {
        plans.count { $0.plan == plan.plan } > 1 ? "\(plan.plan) (\(plan.key.prefix(8)))" : plan.plan
    }

    /// First, last and evenly between.
    private static func spread(_ indices: [Int], most: Int) -> [Int] {
        guard indices.count > most else { return indices }
        return (0..<most).map { indices[$0 * (indices.count - 1) / (most - 1)] }
    }
}

extension ReportDocument.Images {
    init(fingerprint: String, preferring name: String?, in store: Store) throws {
        let known = try store.datasets(fingerprint: fingerprint)
        let record = known.first { $0.name == name } ?? known.first
        self.name = record?.name
        self.fingerprint = fingerprint
        trainingImages = record?.trainingImages
        testImages = record?.testImages
    }
}

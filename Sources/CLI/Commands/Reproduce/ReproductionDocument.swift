internal import Scheduler
internal import Store
internal import Worker

/// The paper's tables with Centroid's figures beside them, as JSON.
struct ReproductionDocument: Encodable {
    struct Network: Encodable {
        let network: PaperNetwork
        /// What the paper calls it.
        let symbol: String
        /// Nil where the store has none.
        let model: String?
        let data: String?
        /// On all test images.
        let original: EvaluationReport?
        /// In per cent.
        let paperOriginalAccuracy: Double
        /// Why nothing is known of it, where the store has the model.
        let absence: String?
        /// What `--quick` spends less on.
        let reductions: [String]
        let rows: [ReproducedRow]
    }

    let isQuick: Bool
    let source: String
    let remarks: [String]
    let version: String
    let networks: [Network]
    let claims: [ReproductionClaim]

    init(_ networks: [PaperNetwork], isQuick: Bool, in store: Store) throws {
        self.isQuick = isQuick
        source = PublishedFigures.source
        remarks = PublishedFigures.remarks
        version = BuildVersion.description
        let tables = try networks.map {
            try Network($0, effort: isQuick ? .quick($0) : .full($0), in: store)
        }
        self.networks = tables
        claims = tables.flatMap { ReproductionClaim.all(on: $0) }
    }
}

extension ReproductionDocument.Network {
    fileprivate init(_ network: PaperNetwork, effort: ReproductionEffort, in store: Store) throws {
        self.network = network
        symbol = PublishedFigures.symbol(of: network)
        paperOriginalAccuracy = PublishedFigures.originalAccuracy(of: network)
        reductions = effort.reductions(from: .full(network))
        let known = try NetworkSource.model(network, effort: effort, in: store)
        let subject: ReproducedNetwork?
        do {
            subject = try known.map { try ReproducedNetwork($0, effort: effort, in: store) }
            absence = nil
        } catch StoreError.unknown {
            subject = nil
            absence = "its data set \(known?.dataset ?? "") is not in the store"
        }
        guard let subject else {
            model = known?.name
            data = known?.dataset
            original = nil
            rows = ReproducedMethods.all.map {
                ReproducedRow($0, on: network, effort: effort, nil, levels: nil, forecast: nil, measured: nil)
            }
            return
        }
        let model = subject.model
        self.model = model.name
        data = model.dataset
        original = try store.evaluation(of: .original, model: model.id, on: subject.test.evaluationImages)
            .map(EvaluationReport.init)
        let checks = try CheckRow.all(of: model, in: store).filter { $0.mode == EvaluationMode.encrypted.rawValue }
        let made = try ReproducedMethods.all.map { try $0.plan(for: subject, in: store) }
        let forecasts = try CircuitForecast.all(made.map { $0?.plan }, model: model, in: store)
        rows = try ReproducedMethods.all.indices.map { index in
            let plan = made[index]?.plan
            return ReproducedRow(
                ReproducedMethods.all[index], on: network, effort: effort, made[index],
                levels: try plan.flatMap { try subject.levels(of: $0, in: store) }, forecast: forecasts[index],
                measured: checks.last { $0.planKey == plan?.key })
        }
    }
}

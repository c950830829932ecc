internal import Encryption
internal import Store

/// A method on a network, as JSON: what the store has of it, and what the paper says.
struct ReproducedRow: Encodable {
    /// IR, RT, NAS or Ours.
    let column: PaperMethod
    let method: String
    /// Whether it is Centroid's own and not the paper's.
    let isOwn: Bool
    let paper: PublishedFigures.Row
    /// Nil where it was not run, as is all that follows.
    let plan: String?
    let key: String?
    /// Layers that keep their activation: their fits cannot be made.
    let keptLayers: Int?
    let test: EvaluationReport?
    let preparationSeconds: Double?
    let networksTried: Int?
    /// Multiplicative levels from the input to the logits, linear ones among them.
    let levels: Int?
    /// Of the test, on one core.
    let clearSecondsPerImage: Double?
    let predicted: CircuitForecast?
    /// Why there is no encrypted run of it.
    let refusal: String?
    /// The newest encrypted check of the plan.
    let measured: CheckRow?

    /// - Parameters:
    ///   - made: Nil where the method was not run.
    ///   - forecast: Of the plan's circuit, or why there is none.
    init(
        _ method: any ReproducedMethod, on network: PaperNetwork, effort: ReproductionEffort, _ made: ReproducedPlan?,
        levels: Int?, forecast: Result<CircuitForecast, EncryptionError>?, measured: CheckRow?
    ) {
        column = method.column
        self.method = method.name(with: effort)
        isOwn = method.isOwn
        paper = PublishedFigures.row(network, method.column)
        plan = made?.plan.name
        key = made?.plan.key
        keptLayers = made.map { $0.plan.approximations.count - $0.plan.replacedLayers }
        test = made.map { EvaluationReport($0.test) }
        preparationSeconds = made?.preparationSeconds
        networksTried = made?.networksTried
        self.levels = levels
        clearSecondsPerImage = made?.test.seconds.map { $0 / Double(max(1, made?.test.images ?? 1)) }
        switch forecast {
        case .success(let circuit): (predicted, refusal) = (circuit, nil)
        // What an error advises is no advice for a method that is to be compared.
        case .failure(let error): (predicted, refusal) = (nil, error.reason)
        case nil: (predicted, refusal) = (nil, nil)
        }
        self.measured = measured
    }

    /// Of an encrypted image: as measured, else as predicted.
    var encryptedSeconds: Double? { measured?.secondsPerImage ?? predicted?.secondsPerImage }
}

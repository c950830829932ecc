internal import Approx
internal import Network
internal import Store
internal import Worker

/// A plan for whoever programs the encrypted network: everything but the weights.
struct PlanDocument: Encodable {
    /// Changes whenever the meaning of a field does.
    private static let currentVersion = 3

    let format = "centroid-plan"
    let formatVersion = Self.currentVersion
    let version: String
    let commit: String
    let model: ModelReport
    /// How pixels become the network's input: (pixel * scale - mean) / std by channel.
    let preprocessing: Preprocessing
    let plan: PlanSummary
    let layers: [ExportedLayer]
    let evaluations: [EvaluationReport]

    /// - Parameter ranges: Nil where they are to be left out.
    init(_ plan: LoadedPlan, ranges: PlanRanges?, in store: Store) throws {
        version = BuildVersion.number
        commit = BuildVersion.commit
        model = ModelReport(plan.model, layers: plan.layers.count)
        preprocessing = plan.preprocessing
        self.plan = PlanSummary(plan)
        layers = plan.layers.indices.map { layer in
            ExportedLayer(
                plan.layers[layer], plan.approximations[layer], ranges.map { LayerRanges(of: layer, in: $0) })
        }
        evaluations = try store.evaluations(of: .plan(plan.record.id), model: plan.model.id).map(EvaluationReport.init)
    }
}

/// How a plan was made and what it takes.
struct PlanSummary: Encodable {
    let name: String
    let key: String
    let method: String
    /// JSON.
    let settings: String
    /// Sum over the layers.
    let levels: Int
    /// Whether the coefficients belong to weights that are not the model's own: only the ONNX export has those.
    let refittedWeights: Bool

    init(_ plan: LoadedPlan) {
        name = plan.record.name
        key = plan.record.key
        method = plan.record.method
        settings = plan.record.settings
        levels = plan.record.levels
        refittedWeights = plan.refitsWeights
    }
}

/// A layer with what replaces it; only its name, function and shape where nothing does.
struct ExportedLayer: Encodable {
    let position: Int
    let name: String
    let activation: String
    /// Channels, height, width.
    let shape: [Int]
    let replaced: Bool
    let degree: Int?
    /// "layer": one polynomial; "channel": one for each channel, in their order.
    let granularity: String?
    let fitter: String?
    let levels: Int?
    /// Of the pre-activations, where the polynomials were fitted, on so many images.
    let fittedRange: [Double]?
    let calibrationImages: Int?
    let ranges: LayerRanges?
    let rmse: Double?
    let maximumError: Double?
    let polynomials: [ExportedPolynomial]?
    /// Only of a composite ReLU, x c_k(...c_1(p(x))): these are c_1, ..., c_k.
    let components: [ExportedPolynomial]?

    init(_ layer: LayerRecord, _ approximation: ApproximationRecord?, _ ranges: LayerRanges?) {
        position = layer.position
        name = layer.name
        activation = layer.activation.name
        shape = [layer.channels, layer.height, layer.width]
        replaced = approximation != nil
        let fit = approximation?.fit
        degree = fit?.degree.value
        granularity = fit?.approximation.granularity.rawValue
        fitter = fit?.fitter
        levels = fit?.levels
        fittedRange = fit?.range.ends
        self.ranges = ranges
        calibrationImages = fit?.calibrationImages
        rmse = fit?.rootMeanSquareError
        maximumError = fit?.maximumError
        polynomials = fit?.approximation.polynomials.map(ExportedPolynomial.init)
        components = fit?.approximation.gate?.components.map(ExportedPolynomial.init)
    }
}

/// One polynomial in two forms; coefficients ascend from the constant.
struct ExportedPolynomial: Encodable {
    /// Where it was fitted.
    let domain: [Double]
    /// The c of t = (x - c) / h, the middle of the domain.
    let center: Double
    /// The h of t, half the width of the domain; 1 for a domain of one point.
    let halfWidth: Double
    /// Of the Chebyshev polynomials T_k(t).
    let chebyshev: [Double]
    /// Of x^k, x the raw pre-activation; left out where a double cannot hold them.
    let powers: [Double]?

    init(_ polynomial: Polynomial) {
        domain = [polynomial.domain.lowerBound, polynomial.domain.upperBound]
        center = polynomial.center
        halfWidth = polynomial.halfWidth
        chebyshev = polynomial.converted(to: .chebyshev).coefficients
        let powers = polynomial.unscaledPowers
        self.powers = powers.allSatisfy(\.isFinite) ? powers : nil
    }
}

internal import Approx
internal import ArgumentParser
internal import Network
internal import Scheduler
internal import Store

/// How whole networks are made: which degrees their layers get, where that is not the same one everywhere, and how long
/// they are trained.
struct NetworkOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Whole networks: this degree where an activation goes into the residual stream, --degrees elsewhere.",
            valueName: "degree"),
        transform: { try DegreeList.single($0) })
    var streamDegree: Degree?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Whole networks: one degree for each layer, such as 4,2,2,4, in place of --degrees.", valueName: "list"),
        transform: { text in try LayerDegreeList(parsing: text) })
    var layerDegrees: LayerDegreeList?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Networks that are trained: passes over the training images; 10, and 30 from scratch, if neither this nor "
                + "--budget is given.",
            valueName: "number"))
    var epochs: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Networks that are trained: time, as 90s, 10m or 2h, in place of --epochs. What comes out depends on the "
                + "machine.",
            valueName: "time"),
        transform: { text in try TimeSpan(parsing: text) })
    var budget: TimeSpan?

    /// How long networks are trained.
    ///
    /// - Parameter usual: Passes where nothing was given.
    func trainingBudget(else usual: Double) -> TrainingBudget {
        TrainingTime.budget(epochs: epochs, budget: budget, else: usual)
    }

    func validate() throws {
        try TrainingTime.validate(epochs: epochs, budget: budget)
        guard streamDegree == nil || layerDegrees == nil else {
            throw ValidationError("--stream-degree and --layer-degrees say the same thing twice; give one of them.")
        }
    }

    /// The option about training that was given, if one was.
    var givenForTraining: String? { epochs.map { _ in "--epochs" } ?? budget.map { _ in "--budget" } }

    /// The option about degrees that was given, if one was.
    var given: String? {
        streamDegree.map { _ in "--stream-degree" } ?? layerDegrees.map { _ in "--layer-degrees" }
    }

    /// The degrees of every layer, once for each network that is asked for.
    ///
    /// - Parameter degrees: Of the sweep.
    /// - Throws: ``CommandFailure`` where the model has another number of layers, or no residual stream.
    func assignments(_ degrees: [Degree], of model: ModelRecord, in store: Store) throws -> [LayerDegrees] {
        let layers = try store.layers(of: model.id).count
        guard given != nil else { return degrees.map { LayerDegrees($0, layers: layers) } }
        let stream = try ONNXImporter.graph(from: try store.onnx(of: model.id)).residualStream
        if let list = layerDegrees?.degrees {
            guard list.count == layers else {
                throw CommandFailure(
                    .usage,
                    "--layer-degrees names \(list.count) degrees, and model \(model.name) has \(layers) layers; "
                        + "name one for each, in the order of: centroid model show \(model.name)")
            }
            return [LayerDegrees(list, stream: stream)]
        }
        guard !stream.isEmpty else {
            throw CommandFailure(
                .usage,
                "--stream-degree: model \(model.name) has no residual stream, for none of its activations goes into "
                    + "an addition; use --degrees or --layer-degrees")
        }
        return degrees.map { degree in
            LayerDegrees(onStream: streamDegree ?? degree, elsewhere: degree, stream: stream, layers: layers)
        }
    }
}

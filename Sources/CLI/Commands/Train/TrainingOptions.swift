internal import Approx
internal import ArgumentParser
internal import Network
internal import Scheduler
internal import Store

/// How a network is trained.
struct TrainingOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Passes over the training images; \(Usual.words { $0.recipe.epochs }) if neither this nor --budget is given. "
                + Self.leastSteps,
            valueName: "number"))
    var epochs: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Time to train, as 90s, 10m or 2h, in place of --epochs; \(Self.longestHours)h at most. What comes out depends on "
                + "the machine. \(Self.leastSteps)",
            valueName: "time"),
        transform: { try TimeSpan(parsing: $0) })
    var budget: TimeSpan?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Images in a step: \(Usual.words { Double($0.recipe.batch) }) if not given. With batch normalisation a multiple "
                + "of \(TrainingEngine.defaultMicroBatch).",
            valueName: "images"))
    var batchSize: Int?

    @Option(
        help: ArgumentHelp(
            "\(NamedWord.list(SupervisedSettings.Optimiser.self)); \(Usual.words { $0.recipe.optimiser.rawValue }) if not "
                + "given.",
            valueName: "method"),
        transform: { try NamedWord.parse($0, "optimiser") })
    var optimiser: SupervisedSettings.Optimiser?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "At the top of the schedule; if not given, \(Usual.words(by: { $0.learningRate(of: $1) })).",
            valueName: "rate"))
    var learningRate: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Of weights, not of biases and normalisations; if not given, "
                + "\(Usual.words(by: { $0.weightDecay(of: $1) })).",
            valueName: "factor"))
    var weightDecay: Double?

    @Option(
        help: ArgumentHelp(
            "What becomes of the learning rate: \(NamedWord.list(SupervisedSettings.Schedule.self)).",
            valueName: "shape"),
        transform: { try NamedWord.parse($0, "schedule") })
    var schedule = SupervisedSettings.Schedule.oneCycle

    @Option(
        help: ArgumentHelp(
            "What happens to the images: \(NamedWord.list(SupervisedSettings.Augmentation.self)). Images in colour are "
                + "cropped and flipped, grey ones left as they are, if not given.",
            valueName: "kind"),
        transform: { try NamedWord.parse($0, "kind of augmentation") })
    var augmentation: SupervisedSettings.Augmentation?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Train on so many, from the start of the training images.", valueName: "number"))
    var images: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Capture what each layer reads behind so many of the last epochs: the network's shards are there when it is, "
                + "and a table says how far the earlier ones were from them.",
            valueName: "epochs"))
    var captureLast: Int?

    @Option(parsing: .unconditional, help: "Of the first weights, the order of the images and their augmentation.")
    var seed: UInt64 = 0

    /// Called by the command, which knows the architecture.
    func validate(for architecture: Architecture) throws {
        try TrainingTime.validate(epochs: epochs, budget: budget)
        if let batchSize {
            guard batchSize > 0 else { throw ValidationError("--batch-size \(batchSize): choose 1 or more.") }
            let micro = TrainingEngine.defaultMicroBatch
            guard !architecture.isNormalised || batchSize % micro == 0 else {
                throw ValidationError(
                    "--batch-size \(batchSize): \(architecture.rawValue) is normalised over \(micro) images at a time; "
                        + "choose a multiple of \(micro).")
            }
        }
        if let learningRate, !learningRate.isFinite || learningRate <= 0 {
            throw ValidationError("--learning-rate \(learningRate): choose a number above 0.")
        }
        if let weightDecay, !weightDecay.isFinite || weightDecay < 0 {
            throw ValidationError("--weight-decay \(weightDecay): choose 0 or more.")
        }
        if let captureLast, captureLast < 1 {
            throw ValidationError("--capture-last \(captureLast): choose 1 or more.")
        }
        if let captureLast, budget == nil {
            let all = epochs ?? architecture.recipe.epochs
            let last = all.rounded(.up)
            guard Double(captureLast) <= last else {
                throw ValidationError(
                    "--capture-last \(captureLast): of a training of \(Figure.compact(all)) epochs "
                        + "\(Figure.compact(last)) can be captured; choose at most as many.")
            }
        }
        if let images, images < 1 { throw ValidationError("--images \(images): choose 1 or more.") }
    }

    /// - Throws: ``TrainingError`` where the data set does not fit the architecture; ``CommandFailure`` where it has too
    ///   few images.
    func wish(_ architecture: Architecture, name: String, on record: DatasetRecord) throws -> TrainJob {
        let shape = TensorShape(channels: record.channels, height: record.height, width: record.width)
        _ = try architecture.blueprint(input: shape, classes: record.classes.count)
        let available = record.count(of: .calibration)
        guard record.count(of: .validation) > 0 else {
            throw CommandFailure(
                .dataError,
                "the \(record.trainingImages) training images of \(record.name) leave none for validation, which takes a "
                    + "fifth of them; choose a larger data set")
        }
        if let images, images > available {
            StandardError.writeLine(
                "note: there are \(Figure.count(available)) images to train on, so that many are used")
        }
        let count = min(images ?? available, available)
        let recipe = architecture.recipe, optimiser = optimiser ?? recipe.optimiser
        return TrainJob(
            architecture: architecture.rawValue, name: name,
            images: Calibration(dataset: record.fingerprint, images: count), datasetName: record.name,
            classes: record.classes.count,
            settings: SupervisedSettings(
                budget: TrainingTime.budget(epochs: epochs, budget: budget, else: recipe.epochs),
                batch: try batch(architecture, of: count), optimiser: optimiser, schedule: schedule,
                learningRate: learningRate ?? architecture.learningRate(of: optimiser),
                weightDecay: weightDecay ?? architecture.weightDecay(of: optimiser),
                augmentation: augmentation ?? (record.channels > 1 ? .cropAndFlip : .none), seed: seed),
            captures: captureLast.map { LateCaptures(epochs: $0, images: min(count, Self.capturedImages)) })
    }

    /// Images in a step; of few images as many as there are, where nothing was asked for.
    private func batch(_ architecture: Architecture, of images: Int) throws -> Int {
        if let batchSize {
            guard batchSize <= images else { throw TrainingError.batchSize(batchSize, images: images) }
            return batchSize
        }
        let unit = architecture.isNormalised ? TrainingEngine.defaultMicroBatch : 1
        let batch = min(architecture.recipe.batch, images / unit * unit)
        guard batch > 0 else { throw TrainingError.batchSize(unit, images: images) }
        return batch
    }

    /// As many as a sweep captures, unless told otherwise.
    private static let capturedImages = 5000
    private static let leastSteps = "At least \(TrainingBudget.leastSteps) steps are taken."
    private static let longestHours = Int(TrainingBudget.longest / .seconds(3600))
}

/// What architectures are trained with where nothing was given, in the words of the help.
private enum Usual {
    /// "30 (lenet5: 8)".
    static func words(_ value: (Architecture) -> String) -> String {
        let usual = value(.resnet20)
        let others = Architecture.allCases.filter { value($0) != usual }.map { "\($0.rawValue): \(value($0))" }
        return others.isEmpty ? usual : "\(usual) (\(others.joined(separator: ", ")))"
    }

    static func words(_ value: (Architecture) -> Double) -> String { words { Figure.compact(value($0)) } }

    /// "0.1 (lenet5: 0.02) with sgd, 0.004 with adamw".
    static func words(by value: (Architecture, SupervisedSettings.Optimiser) -> Double) -> String {
        SupervisedSettings.Optimiser.allCases.map { optimiser in
            "\(words { value($0, optimiser) }) with \(optimiser.rawValue)"
        }.joined(separator: ", ")
    }
}

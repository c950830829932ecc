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
            "Passes over the training images; 30 (lenet5: 8) if neither this nor --budget is given.",
            valueName: "number"))
    var epochs: Double?

    @Option(
        help: ArgumentHelp(
            "Time to train, as 90s, 10m or 2h, in place of --epochs. What comes out depends on the machine.",
            valueName: "time"),
        transform: { try TimeSpan(parsing: $0) })
    var budget: TimeSpan?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Images in a step: 128 (lenet5: 64) if not given. With batch normalisation a multiple of 16.",
            valueName: "images"))
    var batchSize: Int?

    @Option(
        help: ArgumentHelp("sgd, adam or muon; sgd (lenet5: adam) if not given.", valueName: "method"),
        transform: { try NamedWord.parse($0, "optimiser") })
    var optimiser: SupervisedSettings.Optimiser?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "At the top of the schedule; with sgd 0.1 (lenet5: 0.02), else 0.004 if not given.", valueName: "rate"))
    var learningRate: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Of weights, not of biases and normalisations; with sgd 0.0005, else 0.01 if not given.",
            valueName: "factor"))
    var weightDecay: Double?

    @Option(
        help: ArgumentHelp("What becomes of the learning rate: one-cycle, cosine or constant.", valueName: "shape"),
        transform: { try NamedWord.parse($0, "schedule") })
    var schedule = SupervisedSettings.Schedule.oneCycle

    @Option(
        help: ArgumentHelp(
            "What is changed of the images: none, crop, flip or crop-flip. Images in colour are cropped and flipped, "
                + "grey ones left as they are, if not given.",
            valueName: "changes"),
        transform: { try NamedWord.parse($0, "kind of augmentation") })
    var augmentation: SupervisedSettings.Changes?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Train on so many, from the start of the training images.", valueName: "number"))
    var images: Int?

    @Option(help: "Of the first weights, the order of the images and what is changed of them.")
    var seed: UInt64 = 0

    /// Called by the command, which knows the architecture.
    func validate(for architecture: Architecture) throws {
        if let epochs, !epochs.isFinite || epochs <= 0 || epochs > 100_000 {
            throw ValidationError("--epochs \(epochs) is outside 0...100000; 0.5 is half a pass over the images.")
        }
        guard epochs == nil || budget == nil else {
            throw ValidationError("--epochs and --budget say the same thing twice; give one of them.")
        }
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
        if let images, images < 1 { throw ValidationError("--images \(images): choose 1 or more.") }
    }

    /// - Throws: ``TrainingError`` where the data set does not fit the architecture; ``CommandFailure`` where it has too
    ///   few images.
    func wish(_ architecture: Architecture, name: String, on record: DatasetRecord) throws -> TrainJob {
        let shape = TensorShape(channels: record.channels, height: record.height, width: record.width)
        _ = try architecture.blueprint(input: shape, classes: record.classes.count)
        let available = Split.calibration.location(
            trainingCount: record.trainingImages, testCount: record.testImages
        ).range.count
        guard
            Split.validation.location(
                trainingCount: record.trainingImages, testCount: record.testImages
            ).range.count > 0
        else {
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
                budget: budget.map { .seconds($0.duration / .seconds(1)) } ?? .epochs(epochs ?? recipe.epochs),
                batch: try batch(architecture, of: count), optimiser: optimiser, schedule: schedule,
                learningRate: learningRate ?? architecture.learningRate(of: optimiser),
                weightDecay: weightDecay ?? architecture.weightDecay(of: optimiser),
                changes: augmentation ?? (record.channels > 1 ? .cropAndFlip : .none), seed: seed))
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
}

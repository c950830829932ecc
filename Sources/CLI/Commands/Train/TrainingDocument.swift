internal import Approx
internal import Network
internal import Scheduler
internal import Store
internal import Worker

/// What a training came to, as JSON and as a table.
struct TrainingDocument: Encodable {
    struct Accuracy: Encodable {
        let correct: Int
        let images: Int
        let accuracy: Double
        /// The 95 % Wilson interval of the accuracy, in percent.
        let interval: [Double]

        init(_ correct: Int, of images: Int) {
            self.correct = correct
            self.images = images
            accuracy = Double(correct) / Double(max(images, 1))
            interval = Figure.interval(correct: correct, of: images).ends
        }

        var figure: String { Figure.accuracy(correct: correct, of: images) }
    }

    struct Point: Encodable {
        /// Passes over the images, parts of one included.
        let epoch: Double
        let steps: Int
        let learningRate: Double
        let loss: Double
        let training: Accuracy
        let validation: Accuracy

        init(_ point: TrainingEpoch, stepsPerEpoch: Int) {
            epoch = Double(point.steps) / Double(stepsPerEpoch)
            steps = point.steps
            learningRate = point.learningRate
            loss = point.loss
            training = Accuracy(point.trainingCorrect, of: point.trainingImages)
            validation = Accuracy(point.validationCorrect, of: point.validationImages)
        }
    }

    /// How far what a layer reads behind an epoch is from what it reads in the end.
    struct Drift: Encodable {
        let epoch: Double
        let layer: String
        /// In standard deviations of what the layer reads in the end.
        let meanShift: Double?
        let deviationRatio: Double?
        /// The largest distance of the distribution functions.
        let kolmogorovSmirnov: Double?
        /// In the same standard deviations.
        let wasserstein: Double?
        /// Root mean squared errors, in the end, of centroid's quadratics from then and from the end.
        let errorOfEarlierFit: Double?
        let errorOfFinalFit: Double?

        init(_ layer: LayerDrift, epoch: Double) {
            self.epoch = epoch
            self.layer = layer.layer
            meanShift = layer.statistics?.meanShift
            deviationRatio = layer.statistics?.deviationRatio
            kolmogorovSmirnov = layer.statistics?.largestGap
            wasserstein = layer.statistics?.transport
            errorOfEarlierFit = layer.errors?.earlier
            errorOfFinalFit = layer.errors?.later
        }
    }

    let model: String
    let sha256: String
    let architecture: String
    let data: String
    let parameters: Int
    let layers: Int
    let images: Int
    let batchSize: Int
    let optimiser: String
    let schedule: String
    let learningRate: Double
    let weightDecay: Double
    let augmentation: String
    let seed: UInt64
    let curve: [Point]
    let test: Accuracy
    /// Where something was captured.
    let drift: [Drift]?
    let seconds: Double?
    /// Written now.
    let files: [String]

    init(_ trained: StoredTraining.Result, of wish: TrainJob, files: [String], in store: Store) throws {
        let report = try trained.report
        model = trained.model.name
        sha256 = trained.model.sha256
        architecture = wish.architecture
        data = wish.datasetName
        parameters = trained.model.parameters
        layers = try store.layers(of: trained.model.id).count
        images = wish.images.images
        batchSize = wish.settings.batch
        optimiser = wish.settings.optimiser.rawValue
        schedule = wish.settings.schedule.rawValue
        learningRate = wish.settings.learningRate
        weightDecay = wish.settings.weightDecay
        augmentation = wish.settings.augmentation.rawValue
        seed = wish.settings.seed
        curve = report.curve.map { Point($0, stepsPerEpoch: wish.stepsPerEpoch) }
        test = Accuracy(report.testCorrect, of: report.testImages)
        drift = report.drift.map { epochs in
            epochs.flatMap { epoch in
                epoch.layers.map { Drift($0, epoch: Double(epoch.steps) / Double(wish.stepsPerEpoch)) }
            }
        }
        seconds = trained.seconds
        self.files = files
    }

    func rendered(style: Style) -> String {
        var table = Table(columns: [
            .number("epoch"), .number("steps"), .number("learning rate"), .number("loss"),
            .text(augmentation == "none" ? "training accuracy" : "training accuracy, augmented"),
            .text("validation accuracy"),
        ])
        for point in curve {
            table.append([
                Figure.compact(point.epoch), Figure.count(point.steps), Figure.compact(point.learningRate),
                Figure.fixed(point.loss, 4), point.training.figure, point.validation.figure,
            ])
        }
        let how =
            "\(architecture) on \(Figure.count(images)) training images of \(data): batches of \(batchSize), "
            + "\(optimiser), \(schedule) up to \(Figure.compact(learningRate)), weight decay "
            + "\(Figure.compact(weightDecay)), augmentation \(augmentation), seed \(seed)"
        var lines = [style.bold(how), "", table.rendered(style: style), "", "Test accuracy \(test.figure)."]
        lines.append(
            "Model \(model) (\(sha256.prefix(12))): \(layers) activation layers, \(Figure.count(parameters)) parameters"
                + (seconds.map { ", trained in \(Figure.duration($0))." } ?? "."))
        if let drift { lines += rendered(drift, style: style) }
        if !files.isEmpty { lines.append("Wrote \(files.joined(separator: " and ")).") }
        return lines.joined(separator: "\n")
    }

    private func rendered(_ drift: [Drift], style: Style) -> [String] {
        guard !drift.isEmpty else { return ["Its shards are in the store."] }
        func figure(_ value: Double?, _ digits: Int) -> String { value.map { Figure.fixed($0, digits) } ?? "-" }
        var table = Table(columns: [
            .number("epoch"), .text("layer"), .number("mean shift"), .number("sd ratio"), .number("KS"),
            .number("Wasserstein"), .number("rmse, earlier fit"), .number("final fit"),
        ])
        for layer in drift {
            table.append([
                Figure.compact(layer.epoch), layer.layer, figure(layer.meanShift, 4), figure(layer.deviationRatio, 4),
                figure(layer.kolmogorovSmirnov, 4), figure(layer.wasserstein, 4), figure(layer.errorOfEarlierFit, 5),
                figure(layer.errorOfFinalFit, 5),
            ])
        }
        return [
            "",
            style.bold(
                "What layers read behind earlier epochs, against the finished network, whose shards are in the store"),
            "Shifts and distances in standard deviations of the finished network's values. Fits are those of the "
                + "published method at degree 2, to the earlier values and to the finished network's, both measured on "
                + "the latter.",
            "",
            table.rendered(style: style),
        ]
    }
}

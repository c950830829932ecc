internal import Approx
internal import ArgumentParser
internal import Network
internal import Scheduler
internal import Store

/// What a sweep covers.
struct SweepOptions: ParsableArguments {
    @Argument(help: "The model's name.")
    var model: String

    @Option(
        parsing: .unconditional,
        help: """
            Degrees: 2...7, 2,4,8 or 4; if not given, 2...7 for fits and 2...4 for whole networks, of which retrained ones \
            have degree 2.
            """,
        transform: { text in try DegreeList(parsing: text) })
    var degrees: DegreeList?

    @Option(
        help: ArgumentHelp(
            "Fitters, comma-separated: \(FitterList.words.joined(separator: ", ")).",
            discussion: """
                Centroid and least-squares fit what each layer saw most, minimax the whole of its range, hermite a \
                Gaussian of its mean and variance; composite is ReLU almost exactly, at many levels. Guided and \
                distilled make whole networks: one plan for each degree, with weights of its own. Distilled trains \
                what guided has made. Retrained and from-scratch train networks of degree 2 with the labels of the \
                training images, which nothing else looks at. Default: centroid,least-squares.
                """),
        transform: { text in try FitterList(parsing: text) })
    var fitters: FitterList = .standard

    @OptionGroup var networks: NetworkOptions

    @Option(
        help:
            "One polynomial per layer or per channel, of fits; layer if not given. Whole networks have one per channel.",
        transform: { text in
            guard let granularity = Granularity(rawValue: text) else {
                throw ValidationError("Polynomials are per layer or per channel, not per '\(text)'.")
            }
            return granularity
        })
    var granularity: Granularity?

    @Option(help: "Data set; the model's own if not given.")
    var data: String?

    @Option(
        parsing: .unconditional,
        help: """
            Calibration images, from the start of the training split; if not given, 5000 for fits and 10000 for guided, \
            or as many as there are. What is trained sees all training images.
            """)
    var images: Int?

    @Option(parsing: .unconditional, help: "Validation images; the whole validation set if not given.")
    var validationImages: Int?

    @Option(
        parsing: .unconditional,
        help: """
            Seed of the k-means restarts, of guided's choice of positions, of the order of images where networks are \
            trained, and of the first weights of from-scratch.
            """)
    var seed: UInt64 = 0

    @Option(parsing: .unconditional, help: "k-means restarts of centroid; \(usualRestarts) if not given.")
    var restarts: Int?

    @Option(
        help: "What minimax weighs errors by: density, for smaller ones where values are many. If not given, nothing.",
        transform: { text in
            guard let weighting = Weighting(rawValue: text) else {
                throw ValidationError("Errors can be weighed by density, not by '\(text)'.")
            }
            return weighting
        })
    var weighting: Weighting?

    @Option(
        parsing: .unconditional, help: "Precisions of composite: ReLU to 2^-N of the range; 4...13, 13 if not given.",
        transform: { text in try PrecisionList(parsing: text) })
    var precisions: PrecisionList?

    @Option(
        parsing: .unconditional,
        help: "How much wider than what calibration images reach the range of composite is; twice if not given.")
    var margin: Double?

    @Flag(help: "Fit only: no evaluation, and no plans but whole networks.")
    var fitOnly = false

    @Flag(help: "Leave the final figure on the test set out.")
    var noTest = false

    private static let margins = 1.0...8192
    private static let usualRestarts = FitSettings().restarts

    func validate() throws {
        if let images, images <= 0 { throw ValidationError("--images \(images) is not positive.") }
        if let option = networks.given, fitters.methods.isEmpty {
            throw ValidationError("\(option) is about whole networks; ask for one, as with --fitters guided.")
        }
        if let option = networks.givenForTraining, !fitters.methods.contains(where: \.isTrained) {
            throw ValidationError(
                "\(option) is about training; ask for it with --fitters distilled, retrained or from-scratch.")
        }
        if granularity != nil, fitters.fitters.isEmpty {
            throw ValidationError(
                "--granularity is about fits, and whole networks have one polynomial for each channel; leave it out.")
        }
        if images != nil, fitters.onlyUsesLabels {
            throw ValidationError(
                "--images is about calibration, and retrained and from-scratch learn from all training images; leave it out."
            )
        }
        if weighting != nil, !fitters.fitters.contains(.minimax) {
            throw ValidationError("--weighting is about minimax; ask for it with --fitters minimax.")
        }
        for option in [precisions.map { _ in "--precisions" }, margin.map { _ in "--margin" }].compactMap(\.self)
        where !fitters.fitters.contains(.composite) {
            throw ValidationError("\(option) is about composite; ask for it with --fitters composite.")
        }
        if degrees != nil, fitters.fitters == [.composite], fitters.methods.isEmpty {
            throw ValidationError("--degrees says nothing about composite; give --precisions.")
        }
        if let margin, !Self.margins.contains(margin) {
            throw ValidationError(
                "--margin \(margin) is no factor of 1 to 8,192; wider, 2^-13 of the range would be more than the values."
            )
        }
        if networks.layerDegrees != nil, degrees != nil, fitters.fitters.isEmpty {
            throw ValidationError("--degrees and --layer-degrees say the same thing twice; give one of them.")
        }
        if let restarts {
            guard (1...1000).contains(restarts) else {
                throw ValidationError("--restarts \(restarts) is outside 1...1000.")
            }
            guard fitters.fitters.contains(.centroid) else {
                throw ValidationError("--restarts is about k-means; ask for it with --fitters centroid.")
            }
        }
        if let validationImages, validationImages <= 0 {
            throw ValidationError("--validation-images \(validationImages) is not positive.")
        }
    }

    /// Enqueues the sweep.
    func enqueue(in store: Store) throws -> EnqueuedSweep {
        let record = try store.model(named: model)
        guard let name = data ?? record.dataset else {
            throw CommandFailure(.usage, "model \(model) names no data set; say which with --data NAME")
        }
        let dataset = try known(name, in: store)
        let request = try self.request(record, dataset, in: store)
        let (sweep, outcome) = try Scheduler(store).enqueue(request, for: record)
        return EnqueuedSweep(id: sweep, model: record, dataset: dataset.name, request: request, outcome: outcome)
    }

    private func known(_ name: String, in store: Store) throws -> DatasetRecord {
        do {
            return try store.dataset(named: name)
        } catch StoreError.unknown {
            throw CommandFailure(
                .usage, "data set \(name) is not in the store; add it first: centroid data add \(name) --path DIR")
        }
    }

    private func request(_ model: ModelRecord, _ dataset: DatasetRecord, in store: Store) throws -> SweepRequest {
        let shape = TensorShape(channels: dataset.channels, height: dataset.height, width: dataset.width)
        let input = TensorShape(channels: model.inputChannels, height: model.inputHeight, width: model.inputWidth)
        guard shape == input else {
            throw CommandFailure(
                .dataError,
                "model \(model.name) reads \(input) images and data set \(dataset.name) has \(shape); "
                    + "choose the data set that it was trained on")
        }
        func allowed(_ wanted: Int, _ split: Split, _ option: String) throws -> Int {
            let count = dataset.count(of: split)
            guard wanted <= count else {
                throw CommandFailure(
                    .usage,
                    "\(option) \(wanted): the \(split.rawValue) set of \(dataset.name) has only \(count) images")
            }
            return wanted
        }
        let available = dataset.count(of: .calibration)
        if let images, available < images {
            StandardError.writeLine(
                "note: the calibration set of \(dataset.name) has \(available) images; all of them are used")
        }
        let networks = try selection(
            Calibration(dataset: dataset.fingerprint, images: min(images ?? 10_000, available)),
            trainingImages: Calibration(dataset: dataset.fingerprint, images: available), of: model, in: store)
        return SweepRequest(
            degrees: fitters.fitters.allSatisfy { $0 == .composite } ? [] : (degrees ?? .standard).degrees,
            fitters: fitters.fitters,
            settings: FitSettings(
                granularity: granularity ?? .layer, seed: seed, restarts: restarts ?? Self.usualRestarts,
                weighting: weighting, margin: margin
            ),
            dataset: dataset.fingerprint,
            calibrationImages: min(images ?? 5000, available),
            precisions: fitters.fitters.contains(.composite) ? (precisions ?? .full).precisions : [],
            networks: networks,
            validationImages: fitOnly
                ? nil
                : try allowed(validationImages ?? dataset.count(of: .validation), .validation, "--validation-images"),
            testImages: fitOnly || noTest ? nil : dataset.count(of: .test)
        )
    }
}

extension SweepOptions {
    /// The whole networks that are asked for; nil if none is.
    private func selection(
        _ calibration: Calibration, trainingImages: Calibration, of model: ModelRecord, in store: Store
    ) throws -> NetworkSelection? {
        guard !fitters.methods.isEmpty else { return nil }
        let standard = fitters.methods.allSatisfy(\.usesLabels) ? DegreeList.quadratic : .standardForNetworks
        let assignments = try networks.assignments((degrees ?? standard).degrees, of: model, in: store)
        func retraining(_ method: NetworkMethod, from start: Retraining.Start) throws -> SupervisedSettings? {
            guard fitters.methods.contains(method) else { return nil }
            return try start.settings(
                budget: networks.trainingBudget(else: start.usualEpochs), images: trainingImages.images,
                channels: model.inputChannels, seed: seed)
        }
        return NetworkSelection(
            methods: fitters.methods,
            wishes: assignments.map {
                NetworkWish(name: $0.name, guided: GuidedSettings(degrees: $0.degrees, seed: seed))
            },
            calibration: calibration,
            distillation: fitters.methods.contains(.distilled)
                ? DistillationSettings(budget: networks.trainingBudget(else: 10), seed: seed) : nil,
            retraining: try retraining(.retrained, from: .trainedWeights),
            fromScratch: try retraining(.fromScratch, from: .randomWeights),
            trainingImages: fitters.methods.contains(where: \.isTrained) ? trainingImages : nil)
    }
}

/// A sweep that is in the queue.
struct EnqueuedSweep {
    let id: SweepID
    let model: ModelRecord
    let dataset: String
    let request: SweepRequest
    let outcome: EnqueueOutcome
}

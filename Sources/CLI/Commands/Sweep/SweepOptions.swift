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
        help: "Degrees: 2...7, 2,4,8 or 4.",
        transform: { text in try DegreeList(parsing: text) })
    var degrees: DegreeList = .standard

    @Option(
        help: "Fitters, comma-separated: \(FitterKind.allCases.map(\.rawValue).joined(separator: ", ")).",
        transform: { text in try FitterList(parsing: text) })
    var fitters: FitterList = .all

    @Option(
        help: "One polynomial per layer or per channel.",
        transform: { text in
            guard let granularity = Granularity(rawValue: text) else {
                throw ValidationError("Polynomials are per layer or per channel, not per '\(text)'.")
            }
            return granularity
        })
    var granularity: Granularity = .layer

    @Option(help: "Data set; the model's own if not given.")
    var data: String?

    @Option(parsing: .unconditional, help: "Calibration images, from the start of the training split.")
    var images = 5000

    @Option(parsing: .unconditional, help: "Validation images; the whole validation set if not given.")
    var validationImages: Int?

    @Option(parsing: .unconditional, help: "Seed of the k-means restarts.")
    var seed: UInt64 = 0

    @Option(parsing: .unconditional, help: "k-means restarts.")
    var restarts = 10

    @Flag(help: "Fit only: no evaluation, no plans.")
    var fitOnly = false

    @Flag(help: "Leave the final figure on the test set out.")
    var noTest = false

    func validate() throws {
        guard images > 0 else { throw ValidationError("--images \(images) is not positive.") }
        guard (1...1000).contains(restarts) else {
            throw ValidationError("--restarts \(restarts) is outside 1...1000.")
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
        let request = try self.request(record, dataset)
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

    private func request(_ model: ModelRecord, _ dataset: DatasetRecord) throws -> SweepRequest {
        let shape = TensorShape(channels: dataset.channels, height: dataset.height, width: dataset.width)
        let input = TensorShape(channels: model.inputChannels, height: model.inputHeight, width: model.inputWidth)
        guard shape == input else {
            throw CommandFailure(
                .dataError,
                "model \(model.name) reads \(input) images and data set \(dataset.name) has \(shape); "
                    + "choose the data set that it was trained on")
        }
        func count(of split: Split) -> Int {
            split.location(trainingCount: dataset.trainingImages, testCount: dataset.testImages).range.count
        }
        func allowed(_ wanted: Int, _ split: Split, _ option: String) throws -> Int {
            guard wanted <= count(of: split) else {
                throw CommandFailure(
                    .usage,
                    "\(option) \(wanted): the \(split.rawValue) set of \(dataset.name) has only \(count(of: split)) images"
                )
            }
            return wanted
        }
        let calibration = min(images, count(of: .calibration))
        if calibration < images {
            StandardError.writeLine(
                "note: the calibration set of \(dataset.name) has \(calibration) images; all of them are used")
        }
        return SweepRequest(
            degrees: degrees.degrees,
            fitters: fitters.fitters,
            settings: FitSettings(granularity: granularity, seed: seed, restarts: restarts),
            dataset: dataset.fingerprint,
            calibrationImages: calibration,
            validationImages: fitOnly
                ? nil
                : try allowed(validationImages ?? count(of: .validation), .validation, "--validation-images"),
            testImages: fitOnly || noTest ? nil : count(of: .test)
        )
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

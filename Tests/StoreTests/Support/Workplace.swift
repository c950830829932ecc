import Approx
import Foundation
import Store
import Testing

/// A new store in its own folder, with a clock that a test moves.
struct Workplace {
    let folder: TemporaryFolder
    let clock = VirtualClock()
    let store: Store

    var path: String { folder.file("centroid.db") }

    init(maximumPageCount: Int? = nil) throws {
        folder = try TemporaryFolder()
        store = try Store.create(
            at: folder.file("centroid.db"),
            configuration: StoreConfiguration(maximumPageCount: maximumPageCount, clock: clock.storeClock))
    }

    /// A second connection to the same file.
    func open(_ access: StoreConfiguration.Access = .readWrite) throws -> Store {
        try Store.open(at: path, configuration: StoreConfiguration(access: access, clock: clock.storeClock))
    }

    /// The job that a worker gets next.
    func claimOne() throws -> LeasedJob {
        try #require(try store.claim(upTo: 1, as: "w", lease: .seconds(30)).first)
    }
}

enum Sample {
    static let fingerprint = String(repeating: "d", count: 64)
    static let settingsHash = String(repeating: "5", count: 64)

    static func dataset(_ name: String = "digits", fingerprint: String = fingerprint) -> NewDataset {
        NewDataset(
            name: name, format: "idx", path: "data/digits", fingerprint: fingerprint, channels: 1, height: 28,
            width: 28, classes: ["zero", "one"], trainingImages: 60_000, testImages: 10_000)
    }

    static func model(_ name: String = "lenet", onnx: Data = Data([1, 2, 3]), layers: Int = 3) -> NewModel {
        NewModel(
            name: name, onnx: onnx, preprocessing: #"{"scale":1}"#, dataset: nil, inputChannels: 1, inputHeight: 28,
            inputWidth: 28, classes: 10, parameters: 44_426, reference: ReferenceCount(correct: 9882, images: 10_000),
            layers: (0..<layers).map {
                NewLayer(name: "relu\($0)", activation: .relu, channels: 6, height: 28 - $0, width: 28 - $0)
            })
    }

    static func job(
        _ key: String, kind: JobKind = "fit", priority: Int = 0, resourceClass: ResourceClass = .light,
        policy: RetryPolicy = RetryPolicy(), after dependencies: [NewJob.Dependency] = []
    ) -> NewJob {
        NewJob(
            kind: kind, key: key, payload: "{}", priority: priority, resourceClass: resourceClass, policy: policy,
            dependencies: dependencies)
    }

    static func fit(
        _ layer: LayerRecord, degree: Int = 2, fitter: String = "centroid", settingsHash: String = settingsHash,
        rmse: Double = 0.1, levels: Int = 1,
        approximation: Approximation = Approximation(
            granularity: .layer,
            polynomials: [Polynomial(basis: .monomial, coefficients: [0.1, 0.5, 0.25], domain: -2...3)])
    ) throws(StoreError) -> NewApproximation {
        guard let degree = try? Degree(degree) else { throw .invalid("degree \(degree)") }
        return NewApproximation(
            model: layer.model, layer: layer.id, degree: degree, fitter: fitter,
            settingsHash: settingsHash, settings: "{}", calibrationDataset: fingerprint, calibrationImages: 500,
            approximation: approximation, range: -2...3, rootMeanSquareError: rmse, maximumError: 2 * rmse,
            inertia: nil, levels: levels, fallbackChannels: [])
    }

    static func evaluation(
        _ subject: EvaluationSubject, model: ModelID, correct: Int, images: Int = 100, split: SplitName = .validation,
        escaped: Int = 0
    ) -> NewEvaluation {
        NewEvaluation(
            subject: subject, model: model, dataset: fingerprint, split: split, range: 0..<images, correct: correct,
            agreeing: correct, escaped: escaped, outsideShares: [nil, 0.25, nil], predictions: Data([9]))
    }
}

extension Store {
    /// Enqueues, claims and finishes one job whose results `write` writes.
    func record(
        _ key: String = UUID().uuidString, _ write: (ResultWriter) throws(StoreError) -> Void
    ) throws {
        try enqueue([Sample.job(key, priority: 1000)])
        for job in try claim(upTo: 1, as: "recorder", lease: .seconds(60)) {
            try finish(job, writing: write)
        }
    }

    /// States of all jobs by key.
    var states: [String: JobState] {
        get throws { Dictionary(uniqueKeysWithValues: try jobs(limit: 100_000).map { ($0.key, $0.state) }) }
    }
}

import Approx
import Foundation
import Scheduler
import Store

/// A store with one model, and handlers that write results without computing any.
final class Workplace: Sendable {
    let fingerprint = String(repeating: "d", count: 64)
    let store: Store
    let model: ModelRecord
    let layers: [LayerRecord]
    private let folder: String

    init(layers: Int, modelsBefore: Int = 0) throws {
        folder = NSTemporaryDirectory() + "/centroid-scheduler-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        store = try Store.create(at: folder + "/centroid.db")
        for index in 0..<modelsBefore {
            try store.addModel(Self.model("other-\(index)", onnx: Data([9, UInt8(index)]), layers: 2))
        }
        model = try store.addModel(Self.model("lenet", onnx: Data([1, 2, 3]), layers: layers)).model
        self.layers = try store.layers(of: model.id)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    func request(
        degrees: [Int] = [2, 3], fitters: [FitterKind] = [.centroid, .leastSquares],
        settings: FitSettings = FitSettings(), calibrationImages: Int = 1250, networks: NetworkSelection? = nil,
        validationImages: Int? = 200, testImages: Int? = 100
    ) throws -> SweepRequest {
        SweepRequest(
            degrees: try degrees.map { try Degree($0) }, fitters: fitters, settings: settings, dataset: fingerprint,
            calibrationImages: calibrationImages, networks: networks, validationImages: validationImages,
            testImages: testImages)
    }

    /// Guided networks with these degrees, one list for each.
    func networks(_ degrees: [[Int]], seed: UInt64 = 0, images: Int = 1000) throws -> NetworkSelection {
        NetworkSelection(
            methods: [.guided],
            wishes: try degrees.map { list in
                let degrees = LayerDegrees(try list.map { try Degree($0) }, stream: [])
                return NetworkWish(
                    name: degrees.name, guided: GuidedSettings(degrees: degrees.degrees, seed: seed))
            },
            calibration: Calibration(dataset: fingerprint, images: images))
    }

    /// Runs every job that becomes ready, or so many; `failure` says which fail for good, and why.
    func drain(jobs most: Int = .max, _ failure: (LeasedJob) -> String?) throws {
        var ran = 0
        while ran < most, let job = try store.claim(upTo: 1, as: "w", lease: .seconds(60)).first {
            ran += 1
            if let error = failure(job), [FitJob.kind, CaptureJob.kind, ReconstructJob.kind].contains(job.kind) {
                try store.fail(job, error: error, retryable: false)
                continue
            }
            try run(job)
        }
    }

    private func run(_ job: LeasedJob) throws {
        switch job.kind {
        case FitJob.kind:
            let fit = try approximation(try job.payload(as: FitJob.self))
            try store.finish(job) { writer throws(StoreError) in try writer.insert(fit) }
        case EvaluateOriginalJob.kind:
            let payload = try job.payload(as: EvaluateOriginalJob.self)
            try finish(job, with: [evaluation(.original, on: payload.images, correct: payload.images.images)])
        case EvaluateLayerJob.kind:
            let payload = try job.payload(as: EvaluateLayerJob.self)
            let pending = try payload.pending(in: store, layer: layers[payload.layer])
            try finish(
                job,
                with: pending.map { record in
                    let bonus = record.fit.fitter == "least-squares" ? 20 : 0
                    return evaluation(
                        .approximation(record.id), on: payload.images,
                        correct: 50 + bonus + record.fit.degree.value)
                })
        case ChoosePlanJob.kind:
            try choose(job)
        case ReconstructJob.kind:
            try reconstruct(job)
        case EvaluatePlanJob.kind:
            let payload = try job.payload(as: EvaluatePlanJob.self)
            guard let plan = try store.plan(key: payload.plan, of: model.id) else {
                try store.fail(job, error: "no plan", retryable: false)
                return
            }
            try finish(job, with: [evaluation(.plan(plan.id), on: payload.images, correct: 40 + plan.levels)])
        case SearchJob.kind:
            let payload = try job.payload(as: SearchJob.self)
            let jobs = try SearchStep(candidates(payload.wish), tried: payload.tried, in: store).jobs()
            try store.finish(job) { writer throws(StoreError) in try writer.enqueue(jobs) }
        default:
            try store.finish(job) { _ in }
        }
    }

    /// What a search chooses from, the layers one after the other.
    func candidates(_ wish: SearchWish) throws -> SearchCandidates {
        let graph = LevelGraph(
            nodes: layers.indices.map { .init(inputs: [$0], output: $0 + 1, layer: $0) }, input: 0,
            output: layers.count)
        return try SearchCandidates(wish, of: model, graph: graph, in: store)
    }

    private func finish(_ job: LeasedJob, with evaluations: [NewEvaluation]) throws {
        try store.finish(job) { writer throws(StoreError) in
            for evaluation in evaluations {
                try writer.insert(evaluation)
            }
        }
    }

    private func choose(_ job: LeasedJob) throws {
        let payload = try job.payload(as: ChoosePlanJob.self)
        let plan: NewPlan
        do {
            plan = try payload.plan(in: store, model: model)
        } catch {
            try store.fail(job, error: error.description, retryable: false)
            return
        }
        try store.finish(job) { writer throws(StoreError) in try writer.insert(plan) }
    }

    /// Writes a plan whose polynomials would win every comparison, if they took part.
    private func reconstruct(_ job: LeasedJob) throws {
        let payload = try job.payload(as: ReconstructJob.self)
        let key = try payload.planKey()
        let fits = try layers.map { layer in
            let fit = FitJob(
                model: payload.model, layer: layer.position, degree: payload.settings.degrees[layer.position],
                fitter: .leastSquares, settings: FitSettings(), calibration: payload.calibration)
            var made = try approximation(fit)
            (made.fitter, made.settingsHash, made.rootMeanSquareError) = ("guided", key, 0)
            return made
        }
        let plan = NewPlan(
            model: model.id, name: payload.name, key: key, method: "guided", settings: job.payload,
            levels: fits.reduce(0) { $0 + $1.levels }, layers: [:], weights: Data([1]))
        try store.finish(job) { writer throws(StoreError) in
            try writer.insert(plan, with: fits)
        }
    }

    private func approximation(_ fit: FitJob) throws -> NewApproximation {
        NewApproximation(
            model: model.id, layer: layers[fit.layer].id, degree: fit.degree, fitter: fit.fitter.rawValue,
            settingsHash: try CanonicalJSON.hash(of: fit.settings), settings: try CanonicalJSON.text(of: fit.settings),
            calibrationDataset: fit.calibration.dataset, calibrationImages: fit.calibration.images,
            approximation: Approximation(
                granularity: .layer,
                polynomials: [
                    Polynomial(
                        basis: .monomial, coefficients: Array(repeating: 0.5, count: fit.degree.value + 1),
                        domain: -1...1)
                ]),
            range: -1...1, rootMeanSquareError: 0.1, maximumError: 0.2, inertia: nil, levels: fit.degree.value,
            fallbackChannels: [])
    }

    private func evaluation(_ subject: EvaluationSubject, on images: ImageSelection, correct: Int) -> NewEvaluation {
        NewEvaluation(
            subject: subject, model: model.id, dataset: images.dataset, split: images.split, range: 0..<images.images,
            correct: correct, agreeing: correct, escaped: 0, outsideShares: [], predictions: Data())
    }

    private static func model(_ name: String, onnx: Data, layers: Int) -> NewModel {
        NewModel(
            name: name, onnx: onnx, preprocessing: "{}", dataset: nil, inputChannels: 1, inputHeight: 28,
            inputWidth: 28, classes: 10, parameters: 1, reference: nil,
            layers: (0..<layers).map {
                NewLayer(name: "relu\($0)", activation: .relu, channels: 6, height: 4, width: 4)
            })
    }
}

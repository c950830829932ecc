import Approx
import Foundation
import Logging
import Network
import Scheduler
import Store
import Worker

/// A store with the built-in digits and the network that the project ships, and a worker in this process.
struct DigitsStore {
    var folder: URL { scratch.url }
    private let scratch: ScratchFolder
    let store: Store
    let model: ModelRecord
    let graph: NetworkGraph
    let preprocessing: Preprocessing
    let dataset: Dataset

    /// - Parameter name: Of the store's file, in a folder that is made for it.
    init(_ name: String = "one.db") throws {
        scratch = try ScratchFolder()
        let models = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Models")
        let onnx = try Data(contentsOf: models.appendingPathComponent("lenet5-digits.onnx"))
        graph = try ONNXImporter.graph(from: onnx)
        preprocessing = try PreprocessingFile(at: models.appendingPathComponent("lenet5-digits.json").path).input
        dataset = try Dataset.open(at: Dataset.builtInPath)
        store = try Store.create(at: scratch.url.appendingPathComponent(name).path)
        try store.addDataset(
            NewDataset(
                name: "digits", format: dataset.format.rawValue, path: dataset.path, fingerprint: dataset.fingerprint,
                channels: dataset.shape.channels, height: dataset.shape.height, width: dataset.shape.width,
                classes: dataset.classes, trainingImages: dataset.trainingCount, testImages: dataset.testCount))
        model = try store.addModel(
            NewModel(
                name: "lenet", onnx: onnx, preprocessing: try CanonicalJSON.text(of: preprocessing), dataset: "digits",
                inputChannels: graph.inputShape.channels, inputHeight: graph.inputShape.height,
                inputWidth: graph.inputShape.width, classes: graph.classCount, parameters: graph.parameterCount,
                reference: nil,
                layers: graph.sites.map {
                    NewLayer(
                        name: $0.name, activation: $0.function, channels: $0.shape.channels, height: $0.shape.height,
                        width: $0.shape.width)
                })
        ).model
    }

    /// Guided networks of this degree, from 300 images.
    func guided(degree: Int) throws -> SweepRequest {
        let degrees = LayerDegrees(try Degree(degree), layers: graph.sites.count)
        let settings = GuidedSettings(
            degrees: degrees.degrees, layers: ReconstructionSettings(steps: 3), rows: 2048)
        return SweepRequest(
            degrees: [], fitters: [], settings: FitSettings(), dataset: dataset.fingerprint, calibrationImages: 1,
            networks: NetworkSelection(
                methods: [.guided], wishes: [NetworkWish(name: degrees.name, guided: settings)],
                calibration: Calibration(dataset: dataset.fingerprint, images: 300)),
            validationImages: 200, testImages: nil)
    }

    /// Networks of quadratics that are trained with labels, on 640 images.
    func retrained(_ methods: [NetworkMethod] = [.retrained, .fromScratch]) throws -> SweepRequest {
        var request = try guided(degree: 2)
        let settings = SupervisedSettings(
            budget: .epochs(2), batch: 64, optimiser: .muon, schedule: .cosine, learningRate: 1e-3, weightDecay: 0,
            augmentation: .none)
        request.networks?.methods = methods
        request.networks?.retraining = settings
        request.networks?.fromScratch = settings
        request.networks?.trainingImages = Calibration(dataset: dataset.fingerprint, images: 640)
        return request
    }

    /// Works until nothing is left to do.
    func work(_ handlers: [any JobHandler]? = nil) throws {
        let loop = WorkerLoop(
            store: store, handlers: handlers ?? JobHandlers.all(on: store), name: "test",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        Thread.detachNewThread {
            while (try? store.isSettled(nil, kinds: JobHandlers.kinds)) != true { usleep(2000) }
            loop.drain()
        }
        try loop.run()
    }

    /// Works with the first attempt at each job of a kind broken off, once that share of it is done and saved.
    func work(interrupting kind: JobKind, from share: Double = 0) throws {
        try work(
            JobHandlers.all(on: store).map { InterruptedHandler(handler: $0, kindInterrupted: kind, share: share) })
    }
}

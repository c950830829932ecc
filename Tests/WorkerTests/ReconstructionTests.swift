import Approx
import Foundation
import Logging
import Network
import Scheduler
import Store
import Testing
import Worker

/// The guided method as a job, on the built-in digits and the network that the project ships.
@Suite struct ReconstructionTests {
    private let folder: URL
    private let store: Store
    private let model: ModelRecord
    private let graph: NetworkGraph
    private let preprocessing: Preprocessing
    private let dataset: Dataset

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("centroid-guided-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let models = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Models")
        let onnx = try Data(contentsOf: models.appendingPathComponent("lenet5-digits.onnx"))
        graph = try ONNXImporter.graph(from: onnx)
        preprocessing = try PreprocessingFile(at: models.appendingPathComponent("lenet5-digits.json").path).input
        dataset = try Dataset.open(at: Dataset.builtInPath)
        store = try Self.store(
            at: folder.appendingPathComponent("one.db").path, onnx, graph, preprocessing, dataset)
        model = try store.model(named: "lenet")
    }

    private static func store(
        at path: String, _ onnx: Data, _ graph: NetworkGraph, _ preprocessing: Preprocessing, _ dataset: Dataset
    ) throws -> Store {
        let store = try Store.create(at: path)
        try store.addDataset(
            NewDataset(
                name: "digits", format: dataset.format.rawValue, path: dataset.path, fingerprint: dataset.fingerprint,
                channels: dataset.shape.channels, height: dataset.shape.height, width: dataset.shape.width,
                classes: dataset.classes, trainingImages: dataset.trainingCount, testImages: dataset.testCount))
        try store.addModel(
            NewModel(
                name: "lenet", onnx: onnx, preprocessing: try CanonicalJSON.text(of: preprocessing), dataset: "digits",
                inputChannels: graph.inputShape.channels, inputHeight: graph.inputShape.height,
                inputWidth: graph.inputShape.width, classes: graph.classCount, parameters: graph.parameterCount,
                reference: nil,
                layers: graph.sites.map {
                    NewLayer(
                        name: $0.name, activation: $0.function, channels: $0.shape.channels, height: $0.shape.height,
                        width: $0.shape.width)
                }))
        return store
    }

    /// Degrees 3 and 2 in turn, from 300 images.
    private func request(degree: Int) throws -> SweepRequest {
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

    /// Works until nothing is left to do.
    private func work(_ store: Store, _ handlers: [any JobHandler]) throws {
        let loop = WorkerLoop(
            store: store, handlers: handlers, name: "test",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        Thread.detachNewThread {
            while (try? store.isSettled(nil, kinds: JobHandlers.kinds)) != true { usleep(2000) }
            loop.drain()
        }
        try loop.run()
    }

    @Test func planEvaluatesAsTheRefittedNetworkDoes() throws {
        try Scheduler(store).enqueue(try request(degree: 3), for: model)
        try work(store, JobHandlers.all(on: store))
        #expect(try store.jobs(JobFilter(states: [.dead])).map(\.lastError) == [])
        let plan = try store.plan(named: "guided degree 3", of: model.id)
        #expect(plan.method == "guided")
        #expect(plan.levels == 2 * graph.sites.count)
        for word in [#""images":300"#, #""seed":0"#, #""rows":2048"#, #""escaped":[0,0,0,0]"#, #""linearError":"#] {
            #expect(plan.settings.contains(word), "\(word) in \(plan.settings)")
        }
        let guided = GuidedReconstruction(
            graph, settings: try #require(request(degree: 3).networks?.wishes[0].guided), threads: 1,
            memory: 1 << 30, directory: folder)
        try guided.run(
            dataset.images(of: .calibration), Array(0..<300), preprocessing: preprocessing, fitted: { _ in })
        let validation = try dataset.images(of: .validation)
        let runner = try NetworkRunner(graph: graph, preprocessing: preprocessing)
        let original = try runner.predict(validation, 0..<200) { _ in }
        let wanted = try NetworkRunner(graph: guided.refitted, preprocessing: preprocessing)
            .evaluate(plan: guided.approximations, validation, 0..<200, original: original) { _ in }
        let found = try #require(try store.evaluations(of: .plan(plan.id), model: model.id).first)
        #expect(try Predictions(decoding: store.predictions(of: found.id)) == wanted.predictions)
        #expect(found.correct == wanted.correct && found.escaped == wanted.escaped)
        #expect(found.outsideShares == wanted.outsideShare)
        // The polynomials alone, in the original network, are something else.
        let mixed = try runner.evaluate(
            plan: guided.approximations, validation, 0..<200, original: original
        ) { _ in }
        #expect(mixed.outsideShare != wanted.outsideShare)
        #expect(try store.check { try Predictions(decoding: $0).count }.isEmpty)
        #expect(try store.secondsBehind(job: "reconstruct/\(plan.key)") != nil)
    }

    @Test func storeOfAnInterruptedSweepHasTheDigestOfAnUndisturbedOne() throws {
        try Scheduler(store).enqueue(try request(degree: 2), for: model)
        try work(store, JobHandlers.all(on: store))
        let other = try Self.store(
            at: folder.appendingPathComponent("two.db").path, store.onnx(of: model.id), graph, preprocessing, dataset)
        try Scheduler(other).enqueue(try request(degree: 2), for: try other.model(named: "lenet"))
        try work(other, JobHandlers.all(on: other).map { InterruptedHandler(handler: $0) })
        let job = try #require(try other.jobs(JobFilter(kinds: [ReconstructJob.kind])).first)
        #expect(try other.attempts(of: job.id).map(\.outcome) == [.released, .done])
        #expect(try other.progress(of: job.id) == nil)
        #expect(try other.digest() == store.digest())
    }

    @Test func aStateThatCannotBeReadIsNoReasonToFail() throws {
        try Scheduler(store).enqueue(try request(degree: 2), for: model)
        let first = try #require(
            try store.claim(upTo: 1, as: "w", lease: .seconds(60), kinds: [ReconstructJob.kind]).first)
        try store.save(JobProgress(state: Data([1, 2, 3]), share: 0.5, seconds: 1), of: first)
        try store.release([first])
        try work(store, JobHandlers.all(on: store))
        #expect(try store.job(first.id).state == .done)
    }
}

/// Breaks its first attempt off at the next check after something was saved.
private struct InterruptedHandler: JobHandler {
    let handler: any JobHandler
    var kind: JobKind { handler.kind }

    func run(_ job: LeasedJob, in context: JobContext) throws -> JobResult {
        guard job.kind == ReconstructJob.kind, job.token == 1 else { return try handler.run(job, in: context) }
        return try handler.run(
            job,
            in: JobContext(
                threads: context.threads, memory: context.memory, check: context.check, load: { try context.saved },
                save: { progress, state in
                    try context.save(progress: progress, state)
                    // Costs no attempt.
                    throw StoreError.busy(path: "")
                }))
    }
}

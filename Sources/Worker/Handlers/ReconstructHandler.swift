internal import Approx
internal import Foundation
internal import Network
internal import Scheduler
internal import Store

/// Reconstructs a network layer by layer, on all cores. An interrupted attempt leaves the layers that it has finished.
struct ReconstructHandler: JobHandler {
    /// Bytes for everything but activations: sampled rows, normal equations, the images themselves.
    private static let reserve = 2 << 30

    let workshop: Workshop
    var kind: JobKind { ReconstructJob.kind }

    func run(_ job: LeasedJob, in context: JobContext) throws -> JobResult {
        let payload = try job.payload(as: ReconstructJob.self)
        let model = try workshop.model(of: job)
        guard payload.settings.degrees.count == model.layers.count else {
            throw JobFailure("\(payload.settings.degrees.count) degrees for \(model.layers.count) layers")
        }
        if let degree = payload.settings.degrees.first(where: { !GuidedSettings.allowedDegrees.contains($0.value) }) {
            throw JobFailure("degree \(degree.value) is not in \(GuidedSettings.allowedDegrees), which guided can fit")
        }
        let images = try workshop.images(payload.calibration.dataset, .calibration)
        guard payload.calibration.images <= images.count else {
            throw JobFailure("there are \(images.count) calibration images, not \(payload.calibration.images)")
        }
        let graph = model.runner.graph
        let guided = GuidedReconstruction(
            graph, settings: payload.settings, threads: context.threads,
            memory: max(context.memory - Self.reserve, context.memory / 4),
            directory: FileManager.default.temporaryDirectory)
        if let state = try context.resume({ GuidedState(decoding: $0, for: graph) }) {
            guided.resume(from: state)
        }
        try guided.run(
            images, Array(0..<payload.calibration.images), preprocessing: model.runner.preprocessing,
            fitted: { _ in try context.save(progress: guided.progress) { try guided.state.encoded() } },
            stop: { try context.check(0) })
        let plan = try RefittedPlan(guided, of: model, by: payload)
        return JobResult(images: payload.calibration.images) { writer throws(StoreError) in
            try writer.insert(plan.plan, with: plan.approximations)
        }
    }
}

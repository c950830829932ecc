internal import Approx
package import Encryption
internal import Network
internal import Scheduler
package import Store

/// Runs a plan as a circuit, on all cores. An interrupted attempt leaves the logits of the batches that are done.
struct CheckHandler: JobHandler {
    let workshop: Workshop
    var kind: JobKind { CheckJob.kind }

    func run(_ job: LeasedJob, in context: JobContext) throws -> JobResult {
        let payload = try job.payload(as: CheckJob.self)
        guard payload.memoryLimit < context.memory else {
            throw JobFailure(
                "the check may use \(Memory.text(payload.memoryLimit)), and a job of this worker "
                    + "\(Memory.text(context.memory)); raise the worker's --memory-limit, or lower that of the check")
        }
        let model = try workshop.model(of: job)
        let plan = try workshop.plan(payload.plan, of: model)
        let images = try workshop.images(payload.images.dataset, payload.images.split)
        guard payload.images.images <= images.count else {
            throw JobFailure("there are \(images.count) images to check with, not \(payload.images.images)")
        }
        let check = try PlanCheck(
            PlannedNetwork(original: model.runner.graph, refitted: plan.runner.graph, plan: plan.approximations),
            images, 0..<payload.images.images, preprocessing: model.runner.preprocessing, threads: context.threads,
            memoryLimit: payload.memoryLimit, makesKeys: payload.mode == .encrypted)
        let last = CheckStage(payload.mode)
        let saved = try context.resume { try check.state(decoding: $0, upTo: last) }
        let result = try check.run(upTo: last, seed: payload.seed, from: saved) { progress, state in
            try context.check(progress.images)
            if let state { try context.save(progress: progress.share) { try state.encoded() } }
        }
        let run = CheckRun(
            circuit: check.summary, times: result.times, library: result.library, peakMemoryBytes: Memory.peak,
            version: BuildVersion.description)
        let found = NewCheck(
            model: model.record.id, plan: plan.record.id, key: try payload.checkKey(), mode: payload.mode,
            images: payload.images.evaluationImages, settings: try CanonicalJSON.text(of: payload),
            report: try CanonicalJSON.text(of: result.report), run: try CanonicalJSON.text(of: run))
        return JobResult(images: payload.images.images) { writer throws(StoreError) in
            try writer.insert(found)
        }
    }
}

/// The circuit of a check, and what its run took: what is another on another machine.
package struct CheckRun: Codable, Sendable {
    package let circuit: CircuitSummary
    package let times: CheckTimes
    /// OpenFHE's version where it ran.
    package let library: String?
    /// Of the process that finished the check; nil where the kernel does not say.
    package let peakMemoryBytes: Int?
    /// Of Centroid.
    package let version: String

    package init(
        circuit: CircuitSummary, times: CheckTimes, library: String?, peakMemoryBytes: Int?, version: String
    ) {
        self.circuit = circuit
        self.times = times
        self.library = library
        self.peakMemoryBytes = peakMemoryBytes
        self.version = version
    }
}

extension CheckStage {
    /// The last stage of a check.
    package init(_ mode: EvaluationMode) {
        self =
            switch mode {
            case .clear: .circuit
            case .simulated: .simulated
            case .encrypted: .encrypted
            }
    }
}

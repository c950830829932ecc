import Store
import Worker

/// Breaks its first attempt off after something was saved, as a busy store would.
struct InterruptedHandler: JobHandler {
    let handler: any JobHandler
    /// The jobs that are broken off.
    let kindInterrupted: JobKind
    /// The share of the work from which on the first attempt may save.
    var share = 0.0
    var kind: JobKind { handler.kind }

    func run(_ job: LeasedJob, in context: JobContext) throws -> JobResult {
        guard job.kind == kindInterrupted, job.token == 1 else { return try handler.run(job, in: context) }
        return try handler.run(
            job,
            in: JobContext(
                threads: context.threads, memory: context.memory, check: context.check,
                load: { take in _ = try context.resume { try take($0) ? $0 : nil } },
                save: { progress, state in
                    guard progress >= share else { return }
                    try context.save(progress: progress, state)
                    // Costs no attempt.
                    throw StoreError.busy(path: "")
                }))
    }
}

import Store
import Worker

/// Breaks its first attempt off after something was saved, as a busy store would.
struct InterruptedHandler: JobHandler {
    let handler: any JobHandler
    /// The jobs that are broken off.
    let kindInterrupted: JobKind
    /// How many saves the first attempt gets through.
    var saves = 1
    var kind: JobKind { handler.kind }

    func run(_ job: LeasedJob, in context: JobContext) throws -> JobResult {
        guard job.kind == kindInterrupted, job.token == 1 else { return try handler.run(job, in: context) }
        let counter = Counter()
        return try handler.run(
            job,
            in: JobContext(
                threads: context.threads, memory: context.memory, check: context.check, load: { try context.saved },
                save: { progress, state in
                    try context.save(progress: progress, state)
                    // Costs no attempt.
                    if counter.next() >= saves { throw StoreError.busy(path: "") }
                }))
    }

    private final class Counter: @unchecked Sendable {
        /// A handler saves from one thread.
        private var count = 0

        func next() -> Int {
            count += 1
            return count
        }
    }
}

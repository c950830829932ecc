internal import Dispatch
internal import ServiceLifecycle
internal import Worker

/// A worker pool as a service: the first signal lets running jobs finish.
struct PoolService: Service {
    let pool: WorkerPool

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                // The pool blocks for as long as it works, which a cooperative thread must not.
                DispatchQueue(label: "centroid.pool").async {
                    continuation.resume(with: Result { try pool.run() })
                }
            }
        } onGracefulShutdown: {
            pool.drain()
        }
    }
}

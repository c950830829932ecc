internal import Scheduler
internal import Store

extension StoreError {
    /// The store's error inside whatever a handler threw: rooms above the store pass its errors on in their own.
    init?(behind error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case SchedulerError.store(let inner): self = inner
        case let error as UnwrittenResult: self = error.reason
        default: return nil
        }
    }

    /// Whether the store as a whole is in trouble, so that any other job would meet the same.
    ///
    /// A page that cannot be read may be one that this job alone reads, and an error without a class of its own may be
    /// the job's too: both fail the attempt. If the store is in trouble after all, writing that down or the next claim
    /// meets it again, and ends the worker.
    var endsTheWorker: Bool {
        switch self {
        case .full, .readOnly, .notPermitted, .moved, .cannotOpen, .missing, .notAStore, .newer, .older: true
        default: false
        }
    }
}

/// What writing a result met, told from what its handler met: there a damaged page or disk is everybody's trouble.
struct UnwrittenResult: Error {
    let reason: StoreError

    var endsTheWorker: Bool {
        switch reason {
        case .corrupt, .inputOutput: true
        default: reason.endsTheWorker
        }
    }
}

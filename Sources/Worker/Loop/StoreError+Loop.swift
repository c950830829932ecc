internal import Scheduler
internal import Store

extension StoreError {
    /// The store's error inside whatever a handler threw: rooms above the store pass its errors on in their own.
    init?(behind error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case SchedulerError.store(let inner): self = inner
        default: return nil
        }
    }

    /// Whether the store itself is in trouble, so that the next job would meet the same; otherwise the job is.
    var endsTheWorker: Bool {
        switch self {
        case .full, .readOnly, .corrupt, .inputOutput, .cannotOpen, .missing, .notAStore, .newer, .older, .database:
            true
        default:
            false
        }
    }
}

internal import Approx
internal import Network
internal import Scheduler

/// Which errors end a job for good, because another attempt on the same inputs would meet them again.
enum FinalFailure {
    static func includes(_ error: any Error) -> Bool {
        switch error {
        case is JobFailure, is ApproxError, is ModelError, is DataError, is InferenceError, is SchedulerError: true
        default: false
        }
    }
}

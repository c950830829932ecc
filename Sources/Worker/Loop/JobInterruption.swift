/// Why a handler was stopped at a checkpoint. None of these counts against the job but a timeout.
enum JobInterruption: Error, Equatable, CustomStringConvertible {
    /// The worker stops at once; the job goes back unharmed.
    case stopped
    /// The lease is over: somebody else has the job, or nobody wants it any more.
    case leaseLost
    case timedOut(after: Duration)

    var description: String {
        switch self {
        case .stopped: "the worker was asked to stop"
        case .leaseLost: "the lease was lost"
        case .timedOut(let limit): "the job ran longer than its limit of \(limit)"
        }
    }
}

internal import Store

/// What the end of a worker process means for the job it had.
struct ChildEnd {
    let number: Int32
    let verdict: ChildProcess.Verdict?
    let cause: LossCause
    /// "was ended by signal 11 (SIGSEGV)", and the last words if it crashed.
    let summary: String

    /// The job that it was killed for, if not for the one that it ran.
    var guilty: LeasedJob? {
        if case .failed(_, let job) = verdict { job } else { nil }
    }

    /// - Parameter isOutOfMemory: Whether the kernel killed a process meanwhile because memory ran out.
    init(_ child: ChildProcess, _ exit: ProcessExit, isOutOfMemory: Bool) {
        number = child.number
        verdict = child.verdict
        var summary = exit.description
        if exit == .signalled(9), isOutOfMemory {
            cause = .job
            summary += " because memory ran out"
        } else {
            cause = exit.cause
            if cause == .job, let words = child.lastWords { summary += ": \(words)" }
        }
        self.summary = summary
    }
}

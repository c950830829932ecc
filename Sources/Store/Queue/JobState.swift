/// Where a job stands in its life. `docs/architecture.md` has the picture.
package enum JobState: String, CaseIterable, Codable, Sendable {
    /// Waits for the jobs it depends on.
    case blocked
    /// Waits for a worker, perhaps until a backoff has passed.
    case ready
    /// In the hands of a worker.
    case leased
    /// Finished, its results written.
    case done
    /// Out of attempts; the user can retry it.
    case dead
    /// Taken back by the user, who can retry it.
    case cancelled

    /// Whether nothing more happens to such a job by itself.
    package var isFinal: Bool {
        switch self {
        case .done, .dead, .cancelled: true
        case .blocked, .ready, .leased: false
        }
    }
}

/// Which jobs may run beside a job.
package enum ResourceClass: String, CaseIterable, Codable, Sendable {
    /// Fills the cores together with other light jobs.
    case light
    /// Needs much memory, so it runs alone in the store.
    case heavy
}

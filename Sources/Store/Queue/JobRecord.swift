/// A job as the store has it, for people to read.
package struct JobRecord: Hashable, Sendable {
    package let id: JobID
    package let kind: JobKind
    package let key: String
    package let state: JobState
    package let priority: Int
    package let resourceClass: ResourceClass
    package let model: ModelID?
    package let layer: LayerID?
    package let degree: Int?
    package let fitter: String?
    package let settingsHash: String?
    package let payload: String
    package let policy: RetryPolicy
    package let attemptsMade: Int
    package let leasesLost: Int
    /// When a job that waits for a backoff is ready; 1970 otherwise.
    package let notBefore: Timestamp
    package let owner: WorkerID?
    package let token: Int64
    package let leaseExpiresAt: Timestamp?
    package let createdAt: Timestamp
    package let startedAt: Timestamp?
    package let finishedAt: Timestamp?
    package let lastError: String?
    /// The share of the work that was done when an attempt last saved its state; nil if none has, or it is over.
    package let progress: Double?
}

/// A dependency that keeps a job blocked.
package struct Blocker: Hashable, Sendable {
    package let id: JobID
    package let kind: JobKind
    package let key: String
    package let state: JobState
    package let requirement: NewJob.Requirement

    /// Whether the job stays blocked until somebody retries this one.
    package var needsRetry: Bool { state == .dead || state == .cancelled }
}

/// A sweep to be added with its jobs.
package struct NewSweep: Hashable, Sendable {
    package var model: ModelID
    /// Hash over the model's identity and the settings.
    package var key: String
    /// JSON.
    package var settings: String

    package init(model: ModelID, key: String, settings: String) {
        self.model = model
        self.key = key
        self.settings = settings
    }
}

/// One wish of a user.
package struct SweepRecord: Hashable, Sendable {
    package let id: SweepID
    package let model: ModelID
    package let key: String
    package let settings: String
    package let createdAt: Timestamp
}

/// A job to be enqueued.
package struct NewJob: Hashable, Sendable {
    /// What must have become of another job before this one is ready.
    package enum Requirement: String, Codable, Sendable {
        /// It is done. If it is dead or cancelled, this job stays blocked until that one is retried.
        case success
        /// It is done, dead or cancelled: this job works with whatever there is.
        case completion
    }

    package struct Dependency: Hashable, Sendable {
        /// Key of the job that is waited for: in the store, or in the same call.
        package var key: String
        package var requirement: Requirement

        package init(on key: String, _ requirement: Requirement) {
            self.key = key
            self.requirement = requirement
        }
    }

    package var kind: JobKind
    /// Says what the job is, so that the same job is never made twice.
    package var key: String
    /// JSON that the handler reads. It names things by name, key or checksum, never by a store's row numbers.
    package var payload: String
    /// Higher is claimed first.
    package var priority: Int
    package var resourceClass: ResourceClass
    package var policy: RetryPolicy
    /// How long the handler may run; nil for as long as it takes. The worker enforces it.
    package var timeout: Duration?
    package var dependencies: [Dependency]
    package var model: ModelID?
    package var layer: LayerID?
    package var degree: Int?
    package var fitter: String?
    package var settingsHash: String?

    package init(
        kind: JobKind, key: String, payload: String, priority: Int = 0, resourceClass: ResourceClass = .light,
        policy: RetryPolicy = RetryPolicy(), timeout: Duration? = nil, dependencies: [Dependency] = [],
        model: ModelID? = nil, layer: LayerID? = nil, degree: Int? = nil, fitter: String? = nil,
        settingsHash: String? = nil
    ) {
        self.kind = kind
        self.key = key
        self.payload = payload
        self.priority = priority
        self.resourceClass = resourceClass
        self.policy = policy
        self.timeout = timeout
        self.dependencies = dependencies
        self.model = model
        self.layer = layer
        self.degree = degree
        self.fitter = fitter
        self.settingsHash = settingsHash
    }
}

/// What an enqueue changed.
package struct EnqueueOutcome: Hashable, Sendable {
    /// Jobs that were not there before.
    package var added: Int
    /// Jobs that were there already, by their state; dead and cancelled ones stay so until they are retried.
    package var known: [JobState: Int]

    package init(added: Int = 0, known: [JobState: Int] = [:]) {
        self.added = added
        self.known = known
    }
}

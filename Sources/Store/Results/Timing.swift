/// Where a result was made. It never changes a result, so it is kept beside the timings.
package struct Provenance: Hashable, Codable, Sendable {
    package var host: String
    /// Of the step that was timed.
    package var threads: Int
    /// Of Centroid.
    package var version: String
    package var gitCommit: String

    package init(host: String, threads: Int, version: String, gitCommit: String) {
        self.host = host
        self.threads = threads
        self.version = version
        self.gitCommit = gitCommit
    }
}

/// How long one step of a job took.
package struct Timing: Hashable, Sendable {
    /// The step that evaluations take their seconds from.
    package static let run = "run"

    /// ``run`` for the whole of a handler's work, other words for parts of it.
    package var step: String
    /// Wall clock.
    package var seconds: Double
    /// Images that went through in this time, where that means something.
    package var images: Int?
    package var provenance: Provenance

    package init(step: String = Timing.run, seconds: Double, images: Int? = nil, provenance: Provenance) {
        self.step = step
        self.seconds = seconds
        self.images = images
        self.provenance = provenance
    }
}

/// How many jobs a worker claims at once: one, and more of those that are over before the next claim would be.
struct BatchSize {
    /// What a claim costs is nothing beside a job that takes longer.
    static let short: Duration = .milliseconds(5)
    static let maximum = 16

    private(set) var jobs = 1

    mutating func note(_ duration: Duration) {
        jobs = duration < Self.short ? min(2 * jobs, Self.maximum) : 1
    }
}

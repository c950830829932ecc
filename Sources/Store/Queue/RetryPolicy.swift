/// How often a job is tried, and how long after a failure.
package struct RetryPolicy: Hashable, Codable, Sendable {
    /// Failures reported by the handler until the job is dead.
    package var maximumAttempts: Int
    /// Leases that may run out under a worker until the job is dead.
    ///
    /// Counted apart from failures, because a lease is also lost when somebody kills the process for another reason.
    package var maximumLosses: Int
    /// Wait after the first failure; each further one doubles it.
    package var backoff: Duration
    /// Where the doubling ends.
    package var maximumBackoff: Duration

    package init(
        maximumAttempts: Int = 3, maximumLosses: Int = 8, backoff: Duration = .seconds(1),
        maximumBackoff: Duration = .seconds(60)
    ) {
        self.maximumAttempts = maximumAttempts
        self.maximumLosses = maximumLosses
        self.backoff = backoff
        self.maximumBackoff = max(backoff, maximumBackoff)
    }

    /// The wait after the `failure`-th failure of a job: doubled each time, capped, and then scaled to between a half
    /// and all of it by a hash of job and failure, so that jobs that failed together do not return together.
    package func delay(ofJob job: JobID, afterFailure failure: Int) -> Duration {
        let doublings = min(max(failure - 1, 0), 40)
        let (product, overflowed) = backoff.milliseconds.multipliedReportingOverflow(by: 1 << Int64(doublings))
        let full = overflowed ? maximumBackoff.milliseconds : min(product, maximumBackoff.milliseconds)
        let unit = Double(Self.mix(UInt64(bitPattern: job.value) &* 64 &+ UInt64(failure)) >> 11) * 0x1p-53
        return .milliseconds(Int64((Double(full) * (0.5 + 0.5 * unit)).rounded()))
    }

    /// The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

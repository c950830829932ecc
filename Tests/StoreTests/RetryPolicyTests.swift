import Store
import Testing

@Suite struct RetryPolicyTests {
    private let policy = RetryPolicy(backoff: .seconds(1), maximumBackoff: .seconds(60))

    @Test(arguments: 1...100)
    func delayLiesBetweenHalfAndAllOfTheDoubledBackoff(failure: Int) {
        let full = min(1000 * (1 << min(failure - 1, 20)), 60_000)
        for job in 1...50 {
            let delay = policy.delay(ofJob: JobID(Int64(job)), afterFailure: failure).milliseconds
            #expect(delay >= Int64(full / 2) && delay <= Int64(full))
        }
    }

    @Test func delayIsTheSameForTheSameFailureAndDiffersBetweenJobs() {
        let delays = (1...100).map { policy.delay(ofJob: JobID(Int64($0)), afterFailure: 5) }
        #expect(delays == (1...100).map { policy.delay(ofJob: JobID(Int64($0)), afterFailure: 5) })
        #expect(Set(delays).count > 90)
    }

    @Test func maximumIsNeverBelowTheFirstBackoff() {
        #expect(RetryPolicy(backoff: .seconds(90), maximumBackoff: .seconds(1)).maximumBackoff == .seconds(90))
    }

    @Test func longBackoffDoesNotOverflow() {
        let policy = RetryPolicy(backoff: .seconds(1 << 40), maximumBackoff: .seconds(1 << 41))
        #expect(policy.delay(ofJob: JobID(1), afterFailure: 1000) <= .seconds(1 << 41))
    }
}

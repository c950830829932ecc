import Store
import Testing

/// The queue against a model of it that is too simple to be wrong, over random sequences of operations.
@Suite struct QueueModelTests {
    private static let walks = 150
    private static let steps = 60

    @Test(arguments: 0..<8) func queueDoesWhatItsModelDoes(part: Int) throws {
        for seed in stride(from: part, to: Self.walks, by: 8) {
            try walk(seed: UInt64(seed))
        }
    }

    private func walk(seed: UInt64) throws {
        let work = try Workplace()
        var model = QueueModel()
        var generator = Generator(state: seed)
        for step in 0..<Self.steps {
            let operation = Int.random(in: 0..<20, using: &generator)
            try perform(operation, on: work, model: &model, using: &generator)
            let found = try work.store.jobs(limit: 10_000)
            let snapshot = found.map {
                QueueModel.Row(
                    state: $0.state, attemptsMade: $0.attemptsMade, leasesLost: $0.leasesLost, token: $0.token)
            }
            guard snapshot == model.rows else {
                Issue.record("seed \(seed), step \(step), operation \(operation): \(snapshot) != \(model.rows)")
                return
            }
            try expectInvariants(of: found, in: work.store, model: model, seed: seed, step: step)
        }
    }

    private func perform(
        _ operation: Int, on work: Workplace, model: inout QueueModel, using generator: inout Generator
    ) throws {
        let store = work.store
        let now = work.clock.now
        let lease = Duration.seconds(30)
        switch operation {
        case 0...3:
            let job = model.randomJob(using: &generator)
            #expect(try store.enqueue([job]).added == 1)
            #expect(try store.enqueue([job]).added == 0)
            model.enqueue(job)
        case 4...8:
            let limit = Int.random(in: 1...4, using: &generator)
            let claimed = try store.claim(upTo: limit, as: "w", lease: lease)
            let expected = model.claim(upTo: limit, now: now, lease: lease)
            #expect(claimed.map { QueueModel.Claim(index: Int($0.id.value) - 1, token: $0.token) } == expected)
            model.claimed += claimed
        case 9...11:
            guard let job = model.claimed.randomElement(using: &generator) else { return }
            let isStale = model.isStale(job)
            var refusal: StoreError?
            do throws(StoreError) { try store.finish(job) { _ in } } catch { refusal = error }
            #expect((refusal != nil) == isStale)
            if !isStale { model.finish(job) }
        case 12...13:
            guard let job = model.claimed.randomElement(using: &generator) else { return }
            let retryable = Bool.random(using: &generator)
            let isStale = model.isStale(job)
            var refusal: StoreError?
            do throws(StoreError) { try store.fail(job, error: "e", retryable: retryable) } catch { refusal = error }
            #expect((refusal != nil) == isStale)
            if !isStale { model.fail(job, retryable: retryable, now: now) }
        case 14:
            let stale = model.claimed.filter { model.isStale($0) }
            #expect(try store.heartbeat(model.claimed, lease: lease) == stale)
            model.heartbeat(now: now, lease: lease)
        case 15:
            guard let job = model.claimed.randomElement(using: &generator) else { return }
            #expect(try store.release([job]).isEmpty == !model.isStale(job))
            if !model.isStale(job) { model.release(job) }
        case 16:
            guard let index = model.jobs.indices.randomElement(using: &generator) else { return }
            let count = try store.cancel(JobFilter(ids: [JobID(Int64(index) + 1)]))
            #expect(count == model.cancel(index))
        case 17:
            guard let index = model.jobs.indices.randomElement(using: &generator) else { return }
            let count = try store.retry(JobFilter(ids: [JobID(Int64(index) + 1)]))
            #expect(count == model.retry(index))
        default:
            work.clock.advance(by: .seconds(Int64.random(in: 1...40, using: &generator)))
        }
    }

    private func expectInvariants(
        of jobs: [JobRecord], in store: Store, model: QueueModel, seed: UInt64, step: Int
    ) throws {
        let counts = Dictionary(grouping: jobs, by: \.state).mapValues(\.count)
        let kept = try store.jobCounts()
        for state in JobState.allCases where kept[state] != counts[state] ?? 0 {
            Issue.record("seed \(seed), step \(step): \(kept[state]) jobs are counted as \(state)")
        }
        for job in jobs {
            let isLeased = job.owner != nil && job.leaseExpiresAt != nil
            if (job.state == .leased) != isLeased || job.state.isFinal != (job.finishedAt != nil) {
                Issue.record("seed \(seed), step \(step): \(job)")
            }
        }
        guard let job = jobs.last else { return }
        let blockers = try store.blockers(of: job.id)
        if blockers.isEmpty == (job.state == .blocked) {
            Issue.record("seed \(seed), step \(step): \(job) has blockers \(blockers)")
        }
    }
}

import Store

/// What the queue shall do, in memory and without any care for speed.
struct QueueModel {
    struct Row: Equatable {
        var state: JobState
        var attemptsMade: Int
        var leasesLost: Int
        var token: Int64
    }

    struct Claim: Equatable {
        let index: Int
        let token: Int64
    }

    struct Job {
        let new: NewJob
        let dependencies: [(index: Int, requirement: NewJob.Requirement)]
        var row: Row
        /// Attempts that ended with the worker, over all its chances.
        var losses = 0
        var notBefore = Timestamp(milliseconds: 0)
        var leasedAt = Timestamp(milliseconds: 0)
        var expiresAt = Timestamp(milliseconds: 0)

        /// Its time is over, or it began further in the future than it lasts: then the clock jumped back.
        func isLost(at now: Timestamp) -> Bool {
            expiresAt <= now || leasedAt - now > expiresAt - leasedAt
        }

        /// The same for the wait after a failure.
        func mayBegin(at now: Timestamp) -> Bool {
            notBefore <= now || notBefore - now > new.policy.maximumBackoff
        }
    }

    private(set) var jobs: [Job] = []
    /// Every lease that was ever given, stale ones too.
    var claimed: [LeasedJob] = []

    var rows: [Row] { jobs.map(\.row) }

    func isStale(_ lease: LeasedJob) -> Bool {
        let row = jobs[Int(lease.id.value) - 1].row
        return row.state != .leased || row.token != lease.token
    }

    func randomJob(using generator: inout Generator) -> NewJob {
        let policy = RetryPolicy(
            maximumAttempts: Int.random(in: 1...3, using: &generator),
            maximumLosses: Int.random(in: 1...3, using: &generator), backoff: .seconds(5), maximumBackoff: .seconds(20))
        let wanted = Int.random(in: 0...2, using: &generator)
        let dependencies = jobs.indices.shuffled(using: &generator).prefix(wanted).map {
            NewJob.Dependency(on: "job-\($0)", Bool.random(using: &generator) ? .success : .completion)
        }
        return Sample.job(
            "job-\(jobs.count)", priority: Int.random(in: 0...2, using: &generator),
            resourceClass: Int.random(in: 0..<6, using: &generator) == 0 ? .heavy : .light, policy: policy,
            after: dependencies)
    }

    mutating func enqueue(_ job: NewJob) {
        let dependencies = job.dependencies.compactMap { dependency in
            jobs.firstIndex { $0.new.key == dependency.key }.map { (index: $0, requirement: dependency.requirement) }
        }
        jobs.append(
            Job(
                new: job, dependencies: dependencies,
                row: Row(state: .blocked, attemptsMade: 0, leasesLost: 0, token: 0)))
        settle()
    }

    mutating func claim(upTo limit: Int, now: Timestamp, lease: Duration) -> [Claim] {
        for index in jobs.indices where jobs[index].row.state == .leased && jobs[index].isLost(at: now) {
            jobs[index].losses += 1
            countLoss(of: index)
        }
        settle()
        let order = jobs.indices.filter { jobs[$0].row.state == .ready && jobs[$0].mayBegin(at: now) }
            .sorted { (-jobs[$0].new.priority, $0) < (-jobs[$1].new.priority, $1) }
        let running = jobs.filter { $0.row.state == .leased }
        guard let head = order.first, !running.contains(where: { $0.new.resourceClass == .heavy }) else { return [] }
        var chosen: [Int]
        if jobs[head].new.resourceClass == .heavy {
            chosen = running.isEmpty ? [head] : []
        } else if jobs[head].row.leasesLost > 0 {
            chosen = [head]
        } else {
            chosen = Array(
                order.prefix(limit).prefix { jobs[$0].new.resourceClass == .light && jobs[$0].row.leasesLost == 0 })
        }
        for index in chosen {
            jobs[index].row.state = .leased
            jobs[index].row.token += 1
            jobs[index].leasedAt = now
            jobs[index].expiresAt = now + lease
            jobs[index].notBefore = Timestamp(milliseconds: 0)
        }
        return chosen.map { Claim(index: $0, token: jobs[$0].row.token) }
    }

    /// - Returns: Whether the job is dead now.
    mutating func lose(_ lease: LeasedJob, cause: LossCause) -> Bool {
        let index = Int(lease.id.value) - 1
        jobs[index].losses += 1
        if cause == .job || jobs[index].losses.isMultiple(of: 10) {
            countLoss(of: index)
        } else {
            jobs[index].row.state = .ready
        }
        settle()
        return jobs[index].row.state == .dead
    }

    private mutating func countLoss(of index: Int) {
        jobs[index].row.leasesLost += 1
        let isDead = jobs[index].row.leasesLost >= jobs[index].new.policy.maximumLosses
        jobs[index].row.state = isDead ? .dead : .ready
    }

    mutating func finish(_ lease: LeasedJob) {
        jobs[Int(lease.id.value) - 1].row.state = .done
        settle()
    }

    mutating func fail(_ lease: LeasedJob, retryable: Bool, now: Timestamp) {
        let index = Int(lease.id.value) - 1
        jobs[index].row.attemptsMade += 1
        let failures = jobs[index].row.attemptsMade
        let policy = jobs[index].new.policy
        let isDead = !retryable || failures >= policy.maximumAttempts
        jobs[index].row.state = isDead ? .dead : .ready
        if !isDead { jobs[index].notBefore = now + policy.delay(ofJob: lease.id, afterFailure: failures) }
        settle()
    }

    mutating func heartbeat(now: Timestamp, lease: Duration) {
        for job in claimed where !isStale(job) {
            jobs[Int(job.id.value) - 1].leasedAt = now
            jobs[Int(job.id.value) - 1].expiresAt = now + lease
        }
    }

    mutating func release(_ lease: LeasedJob) {
        jobs[Int(lease.id.value) - 1].row.state = .ready
    }

    mutating func cancel(_ index: Int) -> Int {
        guard !jobs[index].row.state.isFinal else { return 0 }
        jobs[index].row.state = .cancelled
        settle()
        return 1
    }

    mutating func retry(_ index: Int, in states: [JobState] = [.dead, .cancelled]) -> Int {
        guard states.contains(jobs[index].row.state) else { return 0 }
        jobs[index].row = Row(state: .blocked, attemptsMade: 0, leasesLost: 0, token: jobs[index].row.token)
        jobs[index].notBefore = Timestamp(milliseconds: 0)
        // Whatever is further than its dependencies allow now goes back, until nothing does.
        var changed = true
        while changed {
            changed = false
            for other in jobs.indices
            where [.ready, .leased, .done].contains(jobs[other].row.state) && !isAllowed(other) {
                jobs[other].row.state = .blocked
                changed = true
            }
        }
        settle()
        return 1
    }

    private func isAllowed(_ index: Int) -> Bool {
        jobs[index].dependencies.allSatisfy { dependency in
            let state = jobs[dependency.index].row.state
            return state == .done || (dependency.requirement == .completion && state.isFinal)
        }
    }

    private mutating func settle() {
        for index in jobs.indices where jobs[index].row.state == .blocked && isAllowed(index) {
            jobs[index].row.state = .ready
        }
    }
}

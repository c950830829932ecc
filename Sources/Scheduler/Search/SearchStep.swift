package import Approx
package import Store

/// Where a search stands after the trials of its steps so far, and what follows.
package struct SearchStep: Sendable {
    package let candidates: SearchCandidates
    package let trials: [SearchTrial]
    /// Of the jobs that made and evaluated them, however long ago.
    package let seconds: Double
    private let tried: [[Int]]

    /// Trials that are enqueued at a time where weights stay: their jobs take one core each.
    private static let lightTrials = 8

    /// - Throws: ``SchedulerError/store(_:)``.
    package init(_ candidates: SearchCandidates, tried: [[Int]], in store: Store) throws(SchedulerError) {
        self.candidates = candidates
        self.tried = tried
        do throws(StoreError) {
            (trials, seconds) = try Self.trials(candidates, tried, in: store)
        } catch {
            throw .store(error)
        }
    }

    private static func trials(
        _ candidates: SearchCandidates, _ tried: [[Int]], in store: Store
    ) throws(StoreError) -> ([SearchTrial], Double) {
        var trials: [SearchTrial] = []
        var seconds = 0.0
        for choices in tried {
            let result = try candidates.result(of: choices, in: store)
            let agreement = result.map { Double($0.evaluation.agreeing) / Double($0.evaluation.images) }
            trials.append(SearchTrial(choices: choices, agreement: agreement ?? 0))
            seconds += result?.seconds ?? 0
        }
        return (trials, seconds)
    }

    /// The jobs that follow: the next trials with the step behind them, or those of the finalists.
    ///
    /// - Throws: ``SchedulerError/search(_:)``, ``SchedulerError/store(_:)``.
    package func jobs() throws(SchedulerError) -> [NewJob] {
        let next = try nextTrials()
        do throws(StoreError) {
            return next.isEmpty ? try finalJobs() : try jobs(for: next)
        } catch {
            throw .store(error)
        }
    }

    /// Empty when the search is over.
    private func nextTrials() throws(SchedulerError) -> [[Int]] {
        let wish = candidates.wish
        if let limit = wish.seconds, seconds >= limit { return [] }
        let left = wish.evaluations - trials.count
        // The plans of a generation need nothing of each other, but a limit in seconds is looked at between steps.
        let together =
            wish.strategy == .evolutionary && wish.seconds == nil ? left : wish.refit == nil ? Self.lightTrials : 1
        do throws(SearchError) {
            return try wish.strategy.next(
                min(left, together), in: candidates.space, goal: wish.goal, after: trials)
        } catch {
            throw .search(error)
        }
    }

    private func jobs(for next: [[Int]]) throws(StoreError) -> [NewJob] {
        var jobs: [NewJob] = []
        for choices in next { jobs += try candidates.jobs(of: choices) }
        let step = SearchJob(model: candidates.model.identity, wish: candidates.wish, tried: tried + next)
        return jobs + [
            try NewJob(
                step, .search, of: candidates.model.id, after: jobs.map { .init(on: $0.key, .completion) })
        ]
    }

    private func finalJobs() throws(StoreError) -> [NewJob] {
        var jobs: [NewJob] = []
        for choices in finalists { jobs += try candidates.jobs(of: choices, isFinal: true) }
        return jobs
    }

    /// The front of the trials; where it has more plans than are wanted, those spread over its levels, the best first.
    package var finalists: [[Int]] {
        let front = candidates.space.front(of: trials).filter { $0.agreement > 0 }.map(\.choices)
        return Array(SearchGoal.spreadOut(front).prefix(candidates.wish.finalists))
    }
}

internal import Scheduler
internal import Store
internal import Worker

/// What is not done when work ends, and what that means for a script.
///
/// Fits that cannot be made, such as those with coincident centroids, are results of their own, and so are the networks that
/// a search has tried in vain. Anything else that is dead, cancelled or blocked means that figures are missing.
struct Outcome {
    private let counts: JobCounts
    /// Dead jobs that are no results.
    private let failed: [JobRecord]
    private let impossibleFits: Int
    private let failedTrials: Int
    private let deadOnly: Bool

    /// - Parameters:
    ///   - filter: The jobs that were to be done; nil for all.
    ///   - deadOnly: Whether cancelled and blocked jobs are somebody else's business.
    init(of filter: JobFilter?, in store: Store, deadOnly: Bool = false) throws {
        self.deadOnly = deadOnly
        counts = try filter.map { try store.jobCounts($0) } ?? store.jobCounts()
        var dead = filter ?? JobFilter()
        dead.states = [.dead]
        var failed: [JobRecord] = []
        var impossible = 0, trials = 0
        let isSearch = try counts[.dead] > 0 && filter?.isSearch(in: store) == true
        var last: JobID?
        while counts[.dead] > 0 {
            let page = try store.jobs(dead, limit: 1000, after: last)
            guard let end = page.last else { break }
            last = end.id
            for job in page {
                if ImpossibleFit.isReason(for: job) {
                    impossible += 1
                } else if isSearch, SearchCandidates.trialKinds.contains(job.kind) {
                    trials += 1
                } else {
                    failed.append(job)
                }
            }
        }
        self.failed = failed
        impossibleFits = impossible
        failedTrials = trials
    }

    /// Says what is missing.
    ///
    /// - Throws: ``CommandFailure`` if that is more than fits and trials that cannot be made.
    func report() throws {
        if impossibleFits > 0 {
            let subject = impossibleFits == 1 ? "1 fit" : "\(impossibleFits) fits"
            StandardError.writeLine("note: \(subject) cannot be made; why: centroid jobs --kind fit --state dead")
        }
        if failedTrials > 0 {
            StandardError.writeLine(
                "note: \(Self.jobs(failedTrials)) of plans that were tried failed, and these plans count as the worst; why: "
                    + "centroid jobs --state dead")
        }
        if let first = failed.first {
            throw CommandFailure(
                .dataError,
                "\(Self.jobs(failed.count)) failed for good, first \(first.kind) job \(first.id): "
                    + "\(first.lastError ?? "no reason is known"); see centroid jobs --state dead, then centroid retry")
        }
        guard !deadOnly else { return }
        let behind = counts[.blocked] > 0 ? ", and \(Self.jobs(counts[.blocked])) wait for them" : ""
        if counts[.cancelled] > 0 {
            throw CommandFailure(
                .temporaryFailure,
                "\(Self.jobs(counts[.cancelled])) of this command were cancelled\(behind); "
                    + "to take them up again: centroid retry --state cancelled, then the same command")
        }
        if counts[.blocked] > 0 {
            throw CommandFailure(
                .dataError,
                "\(Self.jobs(counts[.blocked])) wait for jobs that are dead; see centroid jobs --state blocked")
        }
    }

    private static func jobs(_ count: Int) -> String { "\(count) job\(count == 1 ? "" : "s")" }
}

extension JobFilter {
    /// Whether a search is among these jobs.
    fileprivate func isSearch(in store: Store) throws -> Bool {
        var searches = self
        searches.kinds = [SearchJob.kind]
        return try !store.jobs(searches, limit: 1, after: nil).isEmpty
    }
}

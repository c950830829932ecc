internal import GRDB

/// Whose doing it was that a process ended while it held a job.
package enum LossCause: Hashable, Sendable {
    /// The process crashed, or was out of memory: most likely because of the job.
    case job
    /// Somebody else ended the process, or nobody saw how it ended.
    case unknown
}

extension Store {
    /// Every ``LossCause/unknown`` loss of a job that is a multiple of this counts like one that is the job's doing.
    package static let unknownLossesPerCount = 10

    /// Every lease that stands, for each worker in the order in which it takes its jobs up.
    ///
    /// - Complexity: O(leases), however many jobs there are.
    package func leases() throws(StoreError) -> [LeasedJob] {
        try reading { database in
            try database.rows(
                """
                SELECT \(Self.leasedColumns) FROM jobs INDEXED BY jobs_leased
                WHERE state = 'leased' ORDER BY priority DESC, id
                """, [], Self.leasedJob)
        }
    }

    /// Takes a job back from a worker whose process has ended: it is ready again, or dead if it lost too many.
    ///
    /// A job is suspected by what is known. A process that crashed in the middle of it counts towards
    /// ``RetryPolicy/maximumLosses``. One that was killed from outside says little about it, so only every tenth such
    /// loss counts: enough to end a job that brings the machine down again and again, and out of reach for a job that
    /// was only there when somebody killed the process.
    ///
    /// - Parameter error: One line, kept with the attempt.
    /// - Returns: Whether the job is dead now.
    /// - Throws: ``StoreError/staleLease(job:token:)`` if the lease is over; the file errors.
    @discardableResult
    package func lose(_ job: LeasedJob, error: String, cause: LossCause) throws(StoreError) -> Bool {
        try writing { database in
            let now = clock.now
            guard try Self.endAttempt(of: job, .lost, error: error, at: now, in: database) else {
                throw StoreError.staleLease(job: job.id, token: job.token)
            }
            let counts =
                try cause == .job || Self.lostAttempts(of: job.id, in: database) % Self.unknownLossesPerCount == 0
            let isLast = counts && job.leasesLost + 1 >= job.policy.maximumLosses
            try Self.returnLost(
                job.id, error: error, losses: counts ? 1 : 0, isLast: isLast, at: now, in: database)
            return isLast
        }
    }

    private static func lostAttempts(of job: JobID, in database: Database) throws -> Int {
        try database.first("SELECT count(*) AS lost FROM attempts WHERE job = ? AND outcome = 'lost'", [job.value]) {
            try $0.value("lost")
        } ?? 0
    }
}

package import Foundation
internal import GRDB

/// How far a long job is, and what another attempt needs to go on from there.
package struct JobProgress: Hashable, Sendable {
    /// As the handler of the job's kind encodes it.
    package var state: Data
    /// Share of the work that is done, 0 to 1.
    package var share: Double
    /// Work that it took, over all attempts.
    package var seconds: Double

    package init(state: Data, share: Double, seconds: Double) {
        self.state = state
        self.share = share
        self.seconds = seconds
    }
}

extension Store {
    /// Keeps what an attempt has done so far, in place of what was kept before. It stays when the attempt fails, is
    /// lost or handed back, and goes when the job is done or cancelled, or when what it was made from is made again.
    ///
    /// - Throws: ``StoreError/staleLease(job:token:)`` if the lease is over; ``StoreError/invalid(_:)`` for a share
    ///   outside 0 to 1; the file errors.
    package func save(_ progress: JobProgress, of job: LeasedJob) throws(StoreError) {
        try writing { database in
            let saved = try database.run(
                """
                INSERT INTO job_states (job, progress, seconds, saved_at, state)
                SELECT id, ?, ?, ?, ? FROM jobs WHERE id = ? AND token = ? AND state = 'leased'
                ON CONFLICT (job) DO UPDATE SET
                    progress = excluded.progress, seconds = excluded.seconds, saved_at = excluded.saved_at,
                    state = excluded.state
                """,
                [
                    progress.share, progress.seconds, clock.now.milliseconds, progress.state, job.id.value, job.token,
                ])
            guard saved == 1 else { throw StoreError.staleLease(job: job.id, token: job.token) }
        }
    }

    /// What an earlier attempt at a job has left; nil if there is nothing to go on from.
    package func progress(of job: JobID) throws(StoreError) -> JobProgress? {
        try reading { database in
            try database.first("SELECT * FROM job_states WHERE job = ?", [job.value]) { row in
                JobProgress(
                    state: try row.value("state"), share: try row.value("progress"),
                    seconds: try row.value("seconds"))
            }
        }
    }

    /// How far the jobs are that run, or wait to go on, and have saved a state, of those that `filter` names.
    package func savedProgress(_ filter: JobFilter) throws(StoreError) -> [(job: JobID, kind: JobKind, share: Double)] {
        var open = filter
        open.states = [.leased, .ready]
        return try reading { [open] database in
            let (sql, arguments) = try open.condition()
            return try database.rows(
                """
                SELECT jobs.id AS id, kind, progress FROM job_states CROSS JOIN jobs ON jobs.id = job
                WHERE \(sql) ORDER BY jobs.id
                """,
                arguments
            ) { (job: try $0.id("id"), kind: JobKind(rawValue: try $0.value("kind")), share: try $0.value("progress")) }
        }
    }

    static func dropProgress(of job: JobID, in database: Database) throws {
        try database.run("DELETE FROM job_states WHERE job = ?", [job.value])
    }

    /// Drops what was done with the results of `job`, which is about to make them again.
    static func dropProgressBehind(_ job: JobID, in database: Database) throws {
        // Few jobs save a state, and there may be many behind this one.
        guard try database.first("SELECT 1 FROM job_states LIMIT 1", [], { _ in true }) == true else { return }
        try database.run(
            """
            WITH RECURSIVE behind (id) AS (
                SELECT job FROM job_dependencies WHERE depends_on = ?
                UNION
                SELECT job FROM behind JOIN job_dependencies ON depends_on = behind.id
            )
            DELETE FROM job_states WHERE job IN behind
            """,
            [job.value])
    }
}

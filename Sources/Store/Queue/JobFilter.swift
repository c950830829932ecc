internal import GRDB

/// Which jobs a query or a command is about. A part that is nil does not narrow.
package struct JobFilter: Hashable, Sendable {
    package var ids: [JobID]?
    package var states: [JobState]?
    package var kinds: [JobKind]?
    package var model: ModelID?
    package var sweep: SweepID?
    /// This job, and every one that it depends on, directly or through others.
    package var neededFor: JobID?

    package init(
        ids: [JobID]? = nil, states: [JobState]? = nil, kinds: [JobKind]? = nil, model: ModelID? = nil,
        sweep: SweepID? = nil, neededFor: JobID? = nil
    ) {
        self.ids = ids
        self.states = states
        self.kinds = kinds
        self.model = model
        self.sweep = sweep
        self.neededFor = neededFor
    }

    /// A condition on the table of jobs, with its arguments. States stand in the text, so that the partial indexes
    /// on them are used.
    func condition() throws -> (sql: String, arguments: StatementArguments) {
        var parts: [String] = []
        var arguments: StatementArguments = [:]
        if let states {
            parts.append("jobs.state IN (\(states.map { "'\($0.rawValue)'" }.joined(separator: ", ")))")
        }
        if let ids {
            parts.append("jobs.id IN (SELECT value FROM json_each(:ids))")
            arguments = arguments.merging(["ids": try CanonicalJSON.text(of: ids)])
        }
        if let kinds {
            parts.append("jobs.kind IN (SELECT value FROM json_each(:kinds))")
            arguments = arguments.merging(["kinds": try CanonicalJSON.text(of: kinds.map(\.rawValue))])
        }
        if let model {
            parts.append("jobs.model = :model")
            arguments = arguments.merging(["model": model.value])
        }
        if let sweep {
            // Correlated, so that an order by another index is kept.
            parts.append("EXISTS (SELECT 1 FROM sweep_jobs WHERE sweep = :sweep AND job = jobs.id)")
            arguments = arguments.merging(["sweep": sweep.value])
        }
        if let neededFor {
            parts.append(
                """
                jobs.id IN (
                    WITH RECURSIVE needed (id) AS (
                        SELECT :needed_for
                        UNION
                        SELECT depends_on FROM needed JOIN job_dependencies ON job = needed.id
                    )
                    SELECT id FROM needed
                )
                """)
            arguments = arguments.merging(["needed_for": neededFor.value])
        }
        return (parts.isEmpty ? "TRUE" : parts.joined(separator: " AND "), arguments)
    }
}

extension StatementArguments {
    /// These named arguments and `others`.
    func merging(_ others: StatementArguments) -> StatementArguments {
        self &+ others
    }
}

internal import GRDB

extension Store {
    /// The versions of Centroid that ran jobs of a model, each as "version (commit)", oldest first.
    package func versions(behind model: ModelID) throws(StoreError) -> [String] {
        try reading { database in
            try database.rows(
                """
                SELECT version, git_commit FROM timings JOIN jobs ON jobs.id = timings.job
                WHERE jobs.model = ? GROUP BY version, git_commit ORDER BY min(timings.id)
                """,
                [model.value]
            ) { row in
                let commit: String = try row.value("git_commit")
                let mark = commit.hasSuffix("+") && commit.count > 12 ? "+" : ""
                return "\(try row.value("version") as String) (\(commit.prefix(12))\(mark))"
            }
        }
    }
}

internal import GRDB

extension Store {
    /// The versions of Centroid that ran jobs of a model, oldest first.
    package func versions(behind model: ModelID) throws(StoreError) -> [(number: String, commit: String)] {
        try reading { database in
            try database.rows(
                """
                SELECT version, git_commit FROM timings JOIN jobs ON jobs.id = timings.job
                WHERE jobs.model = ? GROUP BY version, git_commit ORDER BY min(timings.id)
                """,
                [model.value]
            ) { (number: try $0.value("version"), commit: try $0.value("git_commit")) }
        }
    }
}

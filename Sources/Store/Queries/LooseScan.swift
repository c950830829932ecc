/// A query for the first row of every group of an index, which jumps from group to group instead of reading them.
///
/// SQLite has no such scan of its own, so a recursive query does it: from the leader of one group, one seek finds the
/// leader of the next. An index over the columns of the condition, the group and the order must exist.
struct LooseScan {
    let table: String
    /// Comparisons of columns with constants.
    let condition: String
    /// What makes a group, in the order of the index.
    let group: [String]
    /// What makes a leader, in the order of the index.
    let order: [String]

    /// The beginning of a statement that can read `leaders (id)`, with a last row that is NULL.
    var leaders: String {
        """
        WITH RECURSIVE leaders (id) AS (
            SELECT (SELECT id FROM \(table) WHERE \(condition) ORDER BY \(columns) LIMIT 1)
            UNION ALL
            SELECT coalesce(\(seeks))
            FROM leaders JOIN \(table) AS leader ON leader.id = leaders.id
        )
        """
    }

    private var columns: String { (group + order).joined(separator: ", ") }

    /// The next leader differs in the last column of the group, or else in the one before it, and so on. Comparing the
    /// columns as one row value says the same in one line, but then SQLite reads the rest of the group to get past it.
    private var seeks: String {
        group.indices.reversed().map { index in
            let same = group[..<index].map { "next.\($0) = leader.\($0) AND " }.joined()
            return """
                (
                    SELECT next.id FROM \(table) AS next
                    WHERE \(condition) AND \(same)next.\(group[index]) > leader.\(group[index])
                    ORDER BY \(columns) LIMIT 1
                )
                """
        }.joined(separator: ", ")
    }
}

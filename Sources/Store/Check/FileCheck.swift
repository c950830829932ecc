internal import GRDB

/// The checks that SQLite has for itself: every page, index and constraint, and every reference.
///
/// Each is a read of its own: one that meets a damaged page takes its transaction with it.
struct FileCheck {
    let store: Store

    func findings() throws(StoreError) -> [StoreFinding] {
        let complaints = try complaints("PRAGMA integrity_check(\(Store.findingLimit))")
        guard !complaints.isEmpty else { return try brokenReferences() }
        let damaged = try damagedTables()
        return damaged.isEmpty ? complaints.map { StoreFinding(.file, $0, advice: StoreFinding.restore) } : damaged
    }

    /// Checks each table alone, to say which of them are damaged.
    private func damagedTables() throws(StoreError) -> [StoreFinding] {
        var findings: [StoreFinding] = []
        for table in try rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name") ?? [] {
            guard let complaint = try complaints("PRAGMA integrity_check('\(table)')").first else { continue }
            findings.append(
                StoreFinding(.file, "table \(table) is damaged: \(complaint)", advice: StoreFinding.restore))
        }
        return findings
    }

    /// Not asked of a damaged file, whose rows cannot all be read.
    private func brokenReferences() throws(StoreError) -> [StoreFinding] {
        let problems = try rows(
            """
            SELECT count(*) || ' rows of ' || "table" || ' refer to rows of ' || parent || ' that are gone'
            FROM pragma_foreign_key_check GROUP BY "table", parent
            """)
        return (problems ?? []).map { StoreFinding(.file, $0, advice: StoreFinding.restore) }
    }

    private func complaints(_ pragma: String) throws(StoreError) -> [String] {
        guard let lines = try rows(pragma) else { return ["it cannot be read"] }
        return lines.flatMap { $0.split(separator: "\n").map(String.init) }
            .filter { $0 != "ok" && !$0.hasPrefix("***") }
    }

    /// The texts that a query gives; nil if it meets a damaged page.
    private func rows(_ sql: String) throws(StoreError) -> [String]? {
        do {
            return try store.reading { try String.fetchAll($0, sql: sql) }
        } catch .corrupt {
            return nil
        }
    }
}

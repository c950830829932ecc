internal import GRDB

extension Store {
    /// When writers of this store wait for the disk.
    ///
    /// It stands in the store, not with a command: a promise about power failures that one of several workers does not
    /// keep is none.
    package func synchronous() throws(StoreError) -> StoreConfiguration.Synchronous {
        try reading { try Self.synchronous(in: $0) }
    }

    static func synchronous(in database: Database) throws -> StoreConfiguration.Synchronous {
        try database.first("SELECT value FROM store_settings WHERE name = ?", [synchronousSetting]) {
            try $0.word("value")
        } ?? .normal
    }

    /// Keeps the wish in the store: every transaction that begins from now on follows it, in every process.
    package func setSynchronous(_ synchronous: StoreConfiguration.Synchronous) throws(StoreError) {
        _ = try writing { database in
            try database.run(
                """
                INSERT INTO store_settings (name, value) VALUES (?, ?)
                ON CONFLICT (name) DO UPDATE SET value = excluded.value
                """,
                [Self.synchronousSetting, synchronous.rawValue]
            )
        }
    }

    private static let synchronousSetting = "synchronous"
}

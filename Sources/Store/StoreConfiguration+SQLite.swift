internal import GRDB

extension StoreConfiguration {
    /// The same wishes in GRDB's words.
    var connection: GRDB.Configuration {
        var connection = GRDB.Configuration()
        connection.label = "centroid.store"
        connection.readonly = access == .queryOnly
        connection.foreignKeysEnabled = true
        connection.maximumReaderCount = max(1, readers)
        connection.busyMode = .timeout(Double(busyTimeout.milliseconds) / 1000)
        let queryOnly = access == .queryOnly
        let maximumPageCount = maximumPageCount
        connection.prepareDatabase { database in
            if queryOnly {
                try database.execute(sql: "PRAGMA query_only = ON")
            }
            guard !database.configuration.readonly else { return }
            // Statements with triggers keep a journal of their own; in files it costs a third of the time.
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
            if let maximumPageCount {
                try database.execute(sql: "PRAGMA max_page_count = \(maximumPageCount)")
            }
        }
        return connection
    }
}

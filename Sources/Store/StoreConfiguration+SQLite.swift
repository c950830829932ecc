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
            // In KiB, taken as needed: large enough for a big sweep to be enqueued without spilling.
            try database.execute(sql: "PRAGMA cache_size = -32768")
            if let maximumPageCount {
                try database.execute(sql: "PRAGMA max_page_count = \(maximumPageCount)")
            }
        }
        return connection
    }
}

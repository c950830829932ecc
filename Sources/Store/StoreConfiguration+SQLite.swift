internal import GRDB

extension StoreConfiguration {
    /// Bytes that the write-ahead log may keep when nobody reads in it.
    package static let logLimit = 16 << 20

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
            // An enqueue of 100,000 jobs touches this much of the indexes again and again: a quarter of its time.
            try database.execute(sql: "PRAGMA cache_size = -32768")
            // What a long reader made the write-ahead log grow to is given back when it starts anew.
            try database.execute(sql: "PRAGMA journal_size_limit = \(Self.logLimit)")
            if let maximumPageCount {
                try database.execute(sql: "PRAGMA max_page_count = \(maximumPageCount)")
            }
        }
        return connection
    }
}

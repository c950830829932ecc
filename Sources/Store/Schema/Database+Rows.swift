internal import GRDB

extension Database {
    /// Runs a statement that is prepared once per connection.
    ///
    /// - Returns: How many rows it changed.
    @discardableResult
    func run(_ sql: String, _ arguments: StatementArguments = []) throws -> Int {
        try cachedStatement(sql: sql).execute(arguments: arguments)
        return changesCount
    }

    /// Every row of a query that is prepared once per connection.
    func rows<Value>(
        _ sql: String, _ arguments: StatementArguments = [], _ make: (Row) throws -> Value
    ) throws -> [Value] {
        let cursor = try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
        var values: [Value] = []
        while let row = try cursor.next() {
            values.append(try make(row))
        }
        return values
    }

    /// Hands over the rows of a query one by one, so that a large table needs no memory.
    func forEach(
        _ sql: String, _ arguments: StatementArguments = [], _ body: (Row) throws -> Void
    ) throws {
        let cursor = try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
        while let row = try cursor.next() {
            try body(row)
        }
    }

    /// The first row of a query that is prepared once per connection; nil if there is none.
    func first<Value>(
        _ sql: String, _ arguments: StatementArguments = [], _ make: (Row) throws -> Value
    ) throws -> Value? {
        let cursor = try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
        return try cursor.next().map(make)
    }
}

extension Row {
    /// A column that a damaged file may hold something else in: throws instead of trapping.
    func value<Value: DatabaseValueConvertible & StatementColumnConvertible>(_ column: String) throws -> Value {
        try decode(Value.self, forColumn: column)
    }

    func optional<Value: DatabaseValueConvertible & StatementColumnConvertible>(_ column: String) throws -> Value? {
        try decode(Value?.self, forColumn: column)
    }

    func id<Subject>(_ column: String) throws -> Identifier<Subject> {
        Identifier(try decode(Int64.self, forColumn: column))
    }

    func optionalID<Subject>(_ column: String) throws -> Identifier<Subject>? {
        try decode(Int64?.self, forColumn: column).map { Identifier($0) }
    }

    func time(_ column: String) throws -> Timestamp {
        Timestamp(milliseconds: try decode(Int64.self, forColumn: column))
    }

    func optionalTime(_ column: String) throws -> Timestamp? {
        try decode(Int64?.self, forColumn: column).map { Timestamp(milliseconds: $0) }
    }

    /// A column of words that an enumeration knows.
    func word<Value: RawRepresentable<String>>(_ column: String) throws -> Value {
        let text = try decode(String.self, forColumn: column)
        guard let value = Value(rawValue: text) else {
            throw StoreError.undecodable("column \(column)", "the value \(text) is unknown")
        }
        return value
    }
}

-- Wishes about the store itself, kept in it so that every process follows them: SQLite forgets them with a connection.
CREATE TABLE store_settings (
    name TEXT PRIMARY KEY CHECK (length(name) > 0),
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

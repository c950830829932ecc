extension Console {
    /// Shows a progress line on standard error while `body` runs.
    static func withProgress<Result>(
        of total: Int, _ what: String, _ body: (@escaping @Sendable (Int) throws -> Void) throws -> Result
    ) throws -> Result {
        let console = Console(unit: "steps")
        defer { console.clear() }
        return try body { done in console.show(finished: done, of: total, detail: what) }
    }
}

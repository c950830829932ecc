package import Store

extension Store {
    /// Whether nothing is left that workers could do: of the jobs that `filter` names, or of all.
    ///
    /// - Parameter kinds: What the workers have handlers for; jobs of other kinds are left to others.
    package func isSettled(_ filter: JobFilter?, kinds: [JobKind]) throws(StoreError) -> Bool {
        let counts = try jobCounts().counts.filter { kinds.contains($0.key) }
        if JobCounts(counts: counts).isSettled { return true }
        guard var open = filter else { return false }
        open.kinds = kinds
        return try !hasOpenJobs(open)
    }
}

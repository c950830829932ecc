internal import Store

/// The queue in one line, such as "252 jobs: 250 done, 2 dead".
struct JobSummary {
    let counts: JobCounts

    init(_ counts: JobCounts) {
        self.counts = counts
    }

    var line: String {
        let parts = JobState.allCases.filter { counts[$0] > 0 }.map { "\(counts[$0]) \($0.rawValue)" }
        let total = "\(counts.total) job\(counts.total == 1 ? "" : "s")"
        return parts.isEmpty ? "No jobs." : "\(total): \(parts.joined(separator: ", "))."
    }
}

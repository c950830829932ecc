internal import Logging
internal import Synchronization

/// Passes on one failure per cause, and counts the others: a mistake in a sweep makes thousands of jobs fail the same way.
package final class FailureLog: Sendable {
    /// Metadata with the reason why a job failed.
    package static let cause = "cause"
    /// Different causes that are passed on one by one.
    private static let maximumCauses = 20

    private struct Tally {
        let example: String
        var more = 0
    }

    private let tallies = Mutex<[String: Tally]>([:])

    package init() {}

    /// Whether to pass a failure on: the first of its cause. Numbers in the cause make no difference.
    package func isNew(cause: String) -> Bool {
        let key = cause.filter { !$0.isNumber }
        return tallies.withLock { tallies in
            if tallies[key] == nil, tallies.count < Self.maximumCauses {
                tallies[key] = Tally(example: cause)
                return true
            }
            let kept = tallies[key] == nil ? "" : key
            tallies[kept, default: Tally(example: "other reasons; see centroid jobs --state dead")].more += 1
            return false
        }
    }

    /// What was held back, one line per cause.
    package var summary: [String] {
        tallies.withLock { tallies in
            tallies.values.filter { $0.more > 0 }.sorted { ($1.more, $0.example) < ($0.more, $1.example) }.map {
                "\($0.more) more failure\($0.more == 1 ? "" : "s") for: \($0.example)"
            }
        }
    }
}

package import Store

/// Why a wish could not become jobs.
package enum SchedulerError: Error, Equatable, Sendable {
    /// `what` is the part of the request that is empty: degrees, fitters, layers.
    case nothingRequested(what: String)
    /// `what` names the set of images.
    case imageCountOutOfRange(what: String, count: Int)
    /// No fit of the sweep succeeded where the plan needs one.
    case nothingToChoose(plan: String)
    case store(StoreError)
}

extension SchedulerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .nothingRequested(let what):
            "the sweep names no \(what), so there is nothing to fit; name at least one"
        case .imageCountOutOfRange(let what, let count):
            "\(count) \(what) images were asked for; ask for at least 1"
        case .nothingToChoose(let plan):
            "the plan \(plan) has no layer with an approximation: every fit it could use failed; see `centroid jobs`"
        case .store(let error):
            error.description
        }
    }
}

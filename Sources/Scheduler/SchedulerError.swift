package import Approx
package import Store

/// Why a wish could not become jobs.
package enum SchedulerError: Error, Equatable, Sendable {
    /// `what` is the part of the request that is empty: degrees, fitters, layers.
    case nothingRequested(what: String)
    /// `what` names the set of images.
    case imageCountOutOfRange(what: String, count: Int)
    /// A list of degrees, one for each layer, for a model that has another number of them.
    case layerDegrees(Int, layers: Int)
    /// A degree that whole networks cannot be made with.
    case networkDegree(Int, allowed: ClosedRange<Int>)
    /// Another degree than 2, asked of methods that make nothing else.
    case quadraticsOnly(method: String)
    /// A degree that `fitter` does not make.
    case fitterDegree(Int, fitter: String, allowed: ClosedRange<Int>)
    /// No fit of the sweep succeeded where the plan needs one.
    case nothingToChoose(plan: String)
    /// A model cannot have the name of another one.
    case nameTaken(String)
    /// Nor one that a job is about to make.
    case nameAwaited(String, by: JobID)
    /// There is no plan to search for.
    case search(SearchError)
    case store(StoreError)
}

extension SchedulerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .nothingRequested(let what):
            "the sweep names no \(what), so there is nothing to fit; name at least one"
        case .imageCountOutOfRange(let what, let count):
            "\(count) \(what) images were asked for; ask for at least 1"
        case .layerDegrees(let count, let layers):
            "\(count) degrees were given for the layers, and the model has \(layers) layers; give one for each"
        case .networkDegree(let degree, let allowed):
            "degree \(degree) is outside \(allowed), the degrees that a whole network can be made with; choose another"
        case .quadraticsOnly(let method):
            "\(method) makes networks of degree 2 and no other; ask for --degrees 2"
        case .fitterDegree(let degree, let fitter, let allowed):
            "\(fitter) fits polynomials of degree \(allowed), not of degree \(degree); choose another degree"
        case .nothingToChoose(let plan):
            "the plan \(plan) has no layer with an approximation: every fit it could use failed; see `centroid jobs`"
        case .nameTaken(let name):
            "the name \(name) belongs to another model; choose another with --name"
        case .nameAwaited(let name, let job):
            "the name \(name) is that of train job \(job), which is not done yet; choose another with --name, or give "
                + "that job up: centroid cancel \(job)"
        case .search(let error):
            error.description
        case .store(let error):
            error.description
        }
    }
}

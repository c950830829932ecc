internal import Approx

/// Fitters, written `centroid,least-squares`.
struct FitterList: Hashable, Sendable {
    static let all = FitterList(fitters: FitterKind.allCases)

    let fitters: [FitterKind]

    private init(fitters: [FitterKind]) {
        self.fitters = fitters
    }

    init(parsing text: String) throws(FitterListError) {
        var fitters: [FitterKind] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let fitter = FitterKind(rawValue: String(part)) else { throw FitterListError(name: String(part)) }
            if !fitters.contains(fitter) { fitters.append(fitter) }
        }
        self.fitters = fitters
    }
}

/// A fitter that there is not.
struct FitterListError: Error, Equatable, CustomStringConvertible {
    let name: String

    var description: String {
        "there is no fitter '\(name)'; choose from \(FitterKind.allCases.map(\.rawValue).joined(separator: ", "))"
    }
}

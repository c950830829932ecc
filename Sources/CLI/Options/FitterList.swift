internal import Approx

/// Fitters of single layers and methods for whole networks, written `least-squares,guided`.
struct FitterList: Hashable, Sendable {
    /// The published method and the fitter that beats it; the others are made where they are asked for.
    static let standard = FitterList(fitters: [.centroid, .leastSquares], methods: [])
    /// What a search chooses from unless told otherwise.
    static let leastSquares = FitterList(fitters: [.leastSquares], methods: [])

    /// Every word that a list may hold.
    static let words = FitterKind.allCases.map(\.rawValue) + NetworkMethod.allCases.map(\.rawValue)

    let fitters: [FitterKind]
    let methods: [NetworkMethod]

    /// Whether nothing but training with labels is asked for, which needs no calibration.
    var onlyUsesLabels: Bool { fitters.isEmpty && methods.allSatisfy(\.usesLabels) }

    private init(fitters: [FitterKind], methods: [NetworkMethod]) {
        self.fitters = fitters
        self.methods = methods
    }

    init(parsing text: String) throws(FitterListError) {
        var fitters: [FitterKind] = []
        var methods: [NetworkMethod] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            if let fitter = FitterKind(rawValue: part) {
                if !fitters.contains(fitter) { fitters.append(fitter) }
            } else if let method = NetworkMethod(rawValue: part) {
                if !methods.contains(method) { methods.append(method) }
            } else {
                throw FitterListError(name: part)
            }
        }
        self.init(fitters: fitters, methods: methods)
    }
}

/// A fitter that there is not.
struct FitterListError: Error, Equatable, CustomStringConvertible {
    let name: String

    var description: String {
        "there is no fitter '\(name)'; choose from \(FitterList.words.joined(separator: ", "))"
    }
}

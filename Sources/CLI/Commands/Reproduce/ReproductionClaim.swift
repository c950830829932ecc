/// What Centroid's own methods are to achieve beside the others, and whether they do.
struct ReproductionClaim: Encodable {
    enum Verdict: String, Encodable {
        case holds = "yes"
        case fails = "NO"
        /// The difference is within what chance does.
        case undecided = "not told apart"
        case notRun = "not run"
        /// The other side tried so few networks that a hundredth of them is less than one.
        case tooFewTried = "under a hundred tried"

        init(_ holds: Bool) { self = holds ? .holds : .fails }
    }

    let network: PaperNetwork
    let method: String
    let claim: String
    let ours: String
    let theirs: String
    let verdict: Verdict

    /// Those of every own method on a network.
    static func all(on network: ReproductionDocument.Network) -> [ReproductionClaim] {
        var claims: [ReproductionClaim] = []
        for own in network.rows where own.isOwn {
            for retrained in network.rows where retrained.column == .retraining {
                claims += claimsBeside(retrained, of: own, on: network)
            }
            let smaller = own.test?.drop.map { Verdict($0 < own.paper.drop) }
            claims.append(
                ReproductionClaim(
                    network, own, "a smaller drop than the paper's own method, as published", own.test?.dropText,
                    Figure.fixed(own.paper.drop, 2), smaller ?? .notRun))
            for searched in network.rows where searched.column == .architectureSearch {
                claims.append(
                    ReproductionClaim(
                        network, own, "as accurate as NAS with a hundredth of its networks", own.effect,
                        searched.effect, own.isAsGoodWithAHundredth(of: searched)))
            }
        }
        return claims
    }

    private static func claimsBeside(
        _ retrained: ReproducedRow, of own: ReproducedRow, on network: ReproductionDocument.Network
    ) -> [ReproductionClaim] {
        let other = "\(retrained.method) (RT)"
        return [
            ReproductionClaim(
                network, own, "more accurate than \(other)", own.test?.figure, retrained.test?.figure,
                own.isAbove(retrained)),
            ReproductionClaim(
                network, own, "a tenth of the preparation of \(other)", own.preparationSeconds.map(Figure.duration),
                retrained.preparationSeconds.map(Figure.duration), own.isPreparedInATenth(of: retrained)),
        ]
    }

    private init(
        _ network: ReproductionDocument.Network, _ own: ReproducedRow, _ claim: String, _ ours: String?,
        _ theirs: String?, _ verdict: Verdict
    ) {
        self.network = network.network
        method = own.method
        self.claim = claim
        self.ours = ours ?? "not run"
        self.theirs = theirs ?? "not run"
        self.verdict = verdict
    }
}

extension ReproducedRow {
    /// Whether it is more accurate than the other one, beyond what chance does: the images are the same, so that intervals
    /// as of two sets of images are on the safe side.
    fileprivate func isAbove(_ other: ReproducedRow) -> ReproductionClaim.Verdict {
        guard let test, let theirs = other.test else { return .notRun }
        let chance = ([test, theirs].reduce(0) { $0 + $1.halfInterval * $1.halfInterval }).squareRoot()
        guard 100 * abs(test.accuracy - theirs.accuracy) > chance else { return .undecided }
        return .init(test.accuracy > theirs.accuracy)
    }

    fileprivate func isPreparedInATenth(of other: ReproducedRow) -> ReproductionClaim.Verdict {
        guard let ours = preparationSeconds, let theirs = other.preparationSeconds else { return .notRun }
        return .init(10 * ours <= theirs)
    }

    fileprivate func isAsGoodWithAHundredth(of other: ReproducedRow) -> ReproductionClaim.Verdict {
        guard let ours = networksTried, let theirs = other.networksTried else { return .notRun }
        guard theirs >= 100 else { return .tooFewTried }
        let verdict = isAbove(other)
        return verdict == .notRun ? .notRun : .init(verdict != .fails && 100 * ours <= theirs)
    }

    fileprivate var effect: String? {
        test.map { test in
            "\(test.figure), \(networksTried.map(Figure.count) ?? "-") network\(networksTried == 1 ? "" : "s")"
        }
    }
}

extension EvaluationReport {
    /// Of the accuracy, in points.
    fileprivate var halfInterval: Double { (interval[1] - interval[0]) / 2 }
}

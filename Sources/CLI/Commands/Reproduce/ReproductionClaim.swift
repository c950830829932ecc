/// What Centroid's own methods are to achieve beside the others, and whether they do.
struct ReproductionClaim: Encodable {
    let network: PaperNetwork
    let method: String
    let claim: String
    let ours: String
    let theirs: String
    /// Nil where one side was not run.
    let holds: Bool?

    /// Those of every own method on a network.
    static func all(on network: ReproductionDocument.Network) -> [ReproductionClaim] {
        network.rows.filter(\.isOwn).flatMap { own in
            let retrained = network.best(.retraining), searched = network.best(.architectureSearch)
            return [
                ReproductionClaim(network, own, "more accurate than RT", own.test?.figure, retrained?.test?.figure) {
                    own.isAbove(retrained)
                },
                ReproductionClaim(
                    network, own, "a tenth of RT's preparation", own.preparationSeconds.map(Figure.duration),
                    retrained?.preparationSeconds.map(Figure.duration)
                ) {
                    guard let ours = own.preparationSeconds, let theirs = retrained?.preparationSeconds else {
                        return nil
                    }
                    return 10 * ours <= theirs
                },
                ReproductionClaim(
                    network, own, "a smaller drop than the paper's own method, as published", own.test?.dropText,
                    Figure.fixed(own.paper.drop, 2)
                ) {
                    own.test?.drop.map { $0 < own.paper.drop }
                },
                ReproductionClaim(
                    network, own, "as accurate as NAS with a hundredth of its networks", own.effect, searched?.effect
                ) {
                    guard let isBelow = searched?.isAbove(own), let ours = own.networksTried,
                        let theirs = searched?.networksTried
                    else { return nil }
                    return !isBelow && 100 * ours <= theirs
                },
            ]
        }
    }

    private init(
        _ network: ReproductionDocument.Network, _ own: ReproducedRow, _ claim: String, _ ours: String?,
        _ theirs: String?, holds: () -> Bool?
    ) {
        self.network = network.network
        method = own.method
        self.claim = claim
        self.ours = ours ?? "not run"
        self.theirs = theirs ?? "not run"
        self.holds = holds()
    }
}

extension ReproductionDocument.Network {
    /// The most accurate of a column.
    fileprivate func best(_ column: PaperMethod) -> ReproducedRow? {
        rows.filter { $0.column == column && $0.test != nil }.max { $1.isAbove($0) == true }
    }
}

extension ReproducedRow {
    /// Whether it has more test images right; nil where one of the two was not run.
    fileprivate func isAbove(_ other: ReproducedRow?) -> Bool? {
        guard let test, let theirs = other?.test else { return nil }
        return test.correct > theirs.correct
    }

    fileprivate var effect: String? {
        test.map { test in
            "\(test.figure), \(networksTried.map(Figure.count) ?? "-") network\(networksTried == 1 ? "" : "s")"
        }
    }
}

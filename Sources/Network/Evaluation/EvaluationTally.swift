internal import Approx

/// Counts an evaluation together, batch by batch.
struct EvaluationTally {
    private var predictions = Predictions(classes: [])
    private var outside: [UInt64]

    init(sites: Int) {
        outside = Array(repeating: 0, count: sites)
    }

    mutating func add(_ pass: BatchPass, _ marks: BatchMarks) {
        predictions.append(logits: pass.logits, classCount: pass.classCount, escaped: marks.escaped)
        for site in outside.indices { outside[site] += marks.outside[site] }
    }

    /// - Parameters:
    ///   - labels: Of the images added, in their order, as is `original`.
    ///   - sites: All of the network's.
    ///   - isReplaced: Whether a site has a polynomial.
    func outcome(
        labels: ArraySlice<Int32>, original: Predictions, sites: [NetworkGraph.ActivationSite],
        isReplaced: (Int) -> Bool
    ) -> EvaluationOutcome {
        let classes = predictions.classes
        return EvaluationOutcome(
            images: classes.count,
            correct: predictions.correct(labels),
            agreeing: zip(classes, original.classes).count { $0 == $1 && $0 != Predictions.none },
            escaped: classes.count { $0 == Predictions.none },
            outsideShare: sites.indices.map { site in
                guard isReplaced(site), !classes.isEmpty else { return nil }
                return Double(outside[site]) / (Double(classes.count) * Double(sites[site].shape.count))
            },
            predictions: predictions)
    }
}

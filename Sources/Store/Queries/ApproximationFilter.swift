internal import Approx
internal import GRDB

/// Which approximations a query is about. A part that is nil does not narrow.
package struct ApproximationFilter: Hashable, Sendable {
    package var model: ModelID
    package var layer: LayerID?
    package var degrees: [Int]?
    package var fitters: [String]?
    /// Fitters with their degrees, where not every one of ``fitters`` goes with every one of ``degrees``.
    package var pairs: [Pair]?
    package var settingsHash: String?
    /// Fingerprint of the data set.
    package var calibrationDataset: String?
    package var calibrationImages: Int?

    package struct Pair: Hashable, Sendable {
        package let fitter: String
        package let degree: Int

        package init(fitter: String, degree: Int) {
            self.fitter = fitter
            self.degree = degree
        }
    }

    package init(
        model: ModelID, layer: LayerID? = nil, degrees: [Int]? = nil, fitters: [String]? = nil, pairs: [Pair]? = nil,
        settingsHash: String? = nil, calibrationDataset: String? = nil, calibrationImages: Int? = nil
    ) {
        self.model = model
        self.layer = layer
        self.degrees = degrees
        self.fitters = fitters
        self.pairs = pairs
        self.settingsHash = settingsHash
        self.calibrationDataset = calibrationDataset
        self.calibrationImages = calibrationImages
    }

    func condition() throws -> (sql: String, arguments: StatementArguments) {
        var parts = ["approximations.layer IN (SELECT id FROM layers WHERE model = :model)"]
        var arguments: StatementArguments = ["model": model.value]
        func narrow(_ sql: String, _ name: String, _ value: (any DatabaseValueConvertible)?) {
            guard let value else { return }
            parts.append(sql)
            arguments = arguments.merging([name: value])
        }
        narrow("approximations.layer = :layer", "layer", layer?.value)
        narrow(
            "approximations.degree IN (SELECT value FROM json_each(:degrees))", "degrees",
            try degrees.map { try CanonicalJSON.text(of: $0) })
        narrow(
            "approximations.fitter IN (SELECT value FROM json_each(:fitters))", "fitters",
            try fitters.map { try CanonicalJSON.text(of: $0) })
        narrow(
            "approximations.fitter || ' ' || approximations.degree IN (SELECT value FROM json_each(:pairs))", "pairs",
            try pairs.map { try CanonicalJSON.text(of: $0.map { "\($0.fitter) \($0.degree)" }) })
        narrow("approximations.settings_hash = :settings_hash", "settings_hash", settingsHash)
        narrow("approximations.calibration_dataset = :calibration", "calibration", calibrationDataset)
        narrow("approximations.calibration_images = :calibration_images", "calibration_images", calibrationImages)
        return (parts.joined(separator: " AND "), arguments)
    }
}

/// An approximation with its layer and how it did on the images that were asked about.
package struct EvaluatedApproximation: Hashable, Sendable {
    package let layer: LayerRecord
    package let record: ApproximationRecord
    /// Nil if it was not evaluated on them.
    package let evaluation: EvaluationRecord?

    /// The order of `best`: lowest drop, then lowest error; what was not evaluated comes last, and the rest only makes
    /// the order the same in every store.
    package func isBetter(than other: EvaluatedApproximation) -> Bool {
        rank < other.rank
    }

    /// The best of `candidates` for each layer that has one, in topological order.
    package static func bestOfEachLayer(_ candidates: [EvaluatedApproximation]) -> [EvaluatedApproximation] {
        let best = candidates.reduce(into: [Int: EvaluatedApproximation]()) { best, candidate in
            if let known = best[candidate.layer.position], !candidate.isBetter(than: known) { return }
            best[candidate.layer.position] = candidate
        }
        return best.sorted { $0.key < $1.key }.map(\.value)
    }

    private var rank: (Double, Double, Int, String, String) {
        let fit = record.fit
        return (
            evaluation?.drop ?? .infinity, fit.rootMeanSquareError, fit.degree.value, fit.fitter, fit.settingsHash
        )
    }
}

package import Approx
internal import Store

/// What a user wants of one model: fits of some degrees by some fitters, whole networks by some methods, and how good
/// they are.
package struct SweepRequest: Codable, Hashable, Sendable {
    /// No fitter if only whole networks are wanted.
    package var fits: FitSelection
    /// Nil if only fits are wanted.
    package var networks: NetworkSelection?
    /// Images that accuracy drops are measured on; nil makes fits and networks only.
    package var validation: ImageSelection?
    /// Images of the final figure of each plan; nil leaves it out.
    package var test: ImageSelection?

    /// - Parameters:
    ///   - dataset: Fingerprint of the data set that all images come from.
    ///   - calibrationImages: What fits are made from; networks say it for themselves.
    ///   - validationImages: Nil makes fits and networks only, without evaluations and choices.
    ///   - testImages: Nil leaves the test figure of the plans out.
    package init(
        degrees: [Degree], fitters: [FitterKind], settings: FitSettings, dataset: String, calibrationImages: Int,
        precisions: [Int] = [], networks: NetworkSelection? = nil, validationImages: Int?, testImages: Int?
    ) {
        fits = FitSelection(
            degrees: degrees, fitters: fitters, settings: settings,
            calibration: Calibration(dataset: dataset, images: calibrationImages), precisions: precisions)
        self.networks = networks
        validation = validationImages.map { ImageSelection(dataset: dataset, split: .validation, images: $0) }
        test = testImages.map { ImageSelection(dataset: dataset, split: .test, images: $0) }
    }

    /// - Parameter layers: Of the model.
    func validate(layers: Int) throws(SchedulerError) {
        if let networks { try networks.validate(layers: layers) }
        if networks == nil || !fits.fitters.isEmpty {
            if fits.degrees.isEmpty, fits.fitters != [.composite] { throw .nothingRequested(what: "degrees") }
            if fits.precisions == nil, fits.fitters.contains(.composite) { throw .nothingRequested(what: "precisions") }
            for (fitter, degree) in fits.pairs where !fitter.accepts(degree) {
                throw .fitterDegree(degree.value, fitter: fitter.rawValue, allowed: Degree.allowed)
            }
            if fits.fitters.isEmpty { throw .nothingRequested(what: "fitters") }
            guard fits.calibration.images > 0 else {
                throw .imageCountOutOfRange(what: "calibration", count: fits.calibration.images)
            }
        }
        for (what, count) in [("validation", validation?.images), ("test", test?.images)] {
            if let count, count < 1 { throw .imageCountOutOfRange(what: what, count: count) }
        }
    }
}

package import Approx
internal import Store

/// What a user wants of one model: fits of some degrees by some fitters, and how good they are.
package struct SweepRequest: Codable, Hashable, Sendable {
    package var fits: FitSelection
    /// Images that accuracy drops are measured on; nil makes fits only.
    package var validation: ImageSelection?
    /// Images of the final figure of each plan; nil leaves it out.
    package var test: ImageSelection?

    /// - Parameters:
    ///   - dataset: Fingerprint of the data set that all images come from.
    ///   - validationImages: Nil makes fits only, without evaluations and plans.
    ///   - testImages: Nil leaves the test figure of the plans out.
    package init(
        degrees: [Degree], fitters: [FitterKind], settings: FitSettings, dataset: String, calibrationImages: Int,
        validationImages: Int?, testImages: Int?
    ) {
        fits = FitSelection(
            degrees: degrees, fitters: fitters, settings: settings,
            calibration: Calibration(dataset: dataset, images: calibrationImages))
        validation = validationImages.map { ImageSelection(dataset: dataset, split: .validation, images: $0) }
        test = testImages.map { ImageSelection(dataset: dataset, split: .test, images: $0) }
    }

    func validate() throws(SchedulerError) {
        if fits.degrees.isEmpty { throw .nothingRequested(what: "degrees") }
        if fits.fitters.isEmpty { throw .nothingRequested(what: "fitters") }
        let counts = [
            ("calibration", fits.calibration.images), ("validation", validation?.images), ("test", test?.images),
        ]
        for (what, count) in counts {
            if let count, count < 1 { throw .imageCountOutOfRange(what: what, count: count) }
        }
    }
}

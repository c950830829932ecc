package import Approx

/// One fit for one layer, with everything that made it.
package struct NewApproximation: Hashable, Sendable {
    package var model: ModelID
    package var layer: LayerID
    package var degree: Degree
    package var fitter: String
    package var settingsHash: String
    /// JSON.
    package var settings: String
    /// Fingerprint of the data set.
    package var calibrationDataset: String
    /// So many images from the start of the calibration set.
    package var calibrationImages: Int
    package var approximation: Approximation
    /// Range of the layer's inputs on those images.
    package var range: ClosedRange<Double>
    /// Density-weighted, over the calibration images.
    package var rootMeanSquareError: Double
    /// Over the observed range.
    package var maximumError: Double
    /// Of the k-means clustering, where the fitter has one.
    package var inertia: Double?
    /// Multiplicative levels that evaluating it under encryption takes.
    package var levels: Int
    /// Channels that took the whole layer's polynomial because their own could not be fitted.
    package var fallbackChannels: [Int]

    package init(
        model: ModelID, layer: LayerID, degree: Degree, fitter: String, settingsHash: String, settings: String,
        calibrationDataset: String, calibrationImages: Int, approximation: Approximation,
        range: ClosedRange<Double>, rootMeanSquareError: Double, maximumError: Double, inertia: Double?,
        levels: Int, fallbackChannels: [Int]
    ) {
        self.model = model
        self.layer = layer
        self.degree = degree
        self.fitter = fitter
        self.settingsHash = settingsHash
        self.settings = settings
        self.calibrationDataset = calibrationDataset
        self.calibrationImages = calibrationImages
        self.approximation = approximation
        self.range = range
        self.rootMeanSquareError = rootMeanSquareError
        self.maximumError = maximumError
        self.inertia = inertia
        self.levels = levels
        self.fallbackChannels = fallbackChannels
    }
}

/// An approximation as the store has it.
package struct ApproximationRecord: Hashable, Sendable {
    package let id: ApproximationID
    package let fit: NewApproximation
}

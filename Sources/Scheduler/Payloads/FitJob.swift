package import Approx
package import Store

/// Fits one polynomial degree to one layer, from the layer's shards.
package struct FitJob: JobPayload {
    package static let kind: JobKind = "fit"

    /// Identity of the model.
    package var model: String
    /// Position of the layer.
    package var layer: Int
    package var degree: Degree
    package var fitter: FitterKind
    package var settings: FitSettings
    package var calibration: Calibration

    package init(
        model: String, layer: Int, degree: Degree, fitter: FitterKind, settings: FitSettings, calibration: Calibration
    ) {
        self.model = model
        self.layer = layer
        self.degree = degree
        self.fitter = fitter
        self.settings = settings
        self.calibration = calibration
    }
}

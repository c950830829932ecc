package import Store

/// Foretells, from gradients, what each approximation of a selection would do to the network alone.
package struct SensitivityJob: JobPayload {
    package static let kind: JobKind = "sensitivity"

    /// Identity of the model.
    package var model: String
    package var fits: FitSelection
    /// Calibration images, from the start; no labels.
    package var images: Calibration
    package var seed: UInt64

    package init(model: String, fits: FitSelection, images: Calibration, seed: UInt64) {
        self.model = model
        self.fits = fits
        self.images = images
        self.seed = seed
    }
}

package import Store

/// Evaluates every approximation of one layer alone, with the original activation everywhere else.
package struct EvaluateLayerJob: JobPayload {
    package static let kind: JobKind = "evaluate-layer"

    /// Identity of the model.
    package var model: String
    /// Position of the layer.
    package var layer: Int
    package var fits: FitSelection
    package var images: ImageSelection

    package init(model: String, layer: Int, fits: FitSelection, images: ImageSelection) {
        self.model = model
        self.layer = layer
        self.fits = fits
        self.images = images
    }

    /// The approximations to evaluate: what was fitted and has no evaluation on these images yet.
    ///
    /// - Parameters:
    ///   - store: Where the fits are.
    ///   - layer: The row of the layer that this job is about.
    /// - Throws: The file errors of ``StoreError``.
    package func pending(in store: Store, layer: LayerRecord) throws(StoreError) -> [ApproximationRecord] {
        try store.approximations(
            try fits.filter(model: layer.model, layer: layer.id), evaluatedOn: images.evaluationImages
        ).filter { $0.evaluation == nil }.map(\.record)
    }
}

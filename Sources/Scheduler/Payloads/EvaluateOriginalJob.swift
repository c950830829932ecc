package import Store

/// Classifies images with the original network: what every drop is counted from.
package struct EvaluateOriginalJob: JobPayload {
    package static let kind: JobKind = "evaluate-original"

    /// Identity of the model.
    package var model: String
    package var images: ImageSelection

    package init(model: String, images: ImageSelection) {
        self.model = model
        self.images = images
    }
}

package import Approx
package import Store

/// Trains a network of quadratics with labels: a plan with weights of its own.
package struct RetrainJob: PlanJob {
    package static let kind: JobKind = "retrain"

    /// Identity of the model.
    package var model: String
    package var name: String
    /// One that uses labels: what training begins with.
    package var method: NetworkMethod
    package var settings: SupervisedSettings
    /// What is trained on, with labels.
    package var images: Calibration

    package init(
        model: String, name: String, method: NetworkMethod, settings: SupervisedSettings, images: Calibration
    ) {
        self.model = model
        self.name = name
        self.method = method
        self.settings = settings
        self.images = images
    }
}

package import Approx
package import Store

/// Trains the network of another plan towards the original one: a plan with weights of its own.
package struct DistilJob: PlanJob {
    package static let kind: JobKind = "distil"

    /// Identity of the model.
    package var model: String
    package var name: String
    /// Key of the plan to start from.
    package var start: String
    package var settings: DistillationSettings
    /// What is trained on: images only, no labels.
    package var images: Calibration

    /// - Parameters:
    ///   - wish: What the network was reconstructed by.
    ///   - start: Key of its plan.
    ///   - settings: As they suit quadratics; see ``NetworkWish/suited(_:)``.
    package init(
        model: String, wish: NetworkWish, start: String, settings: DistillationSettings, images: Calibration
    ) {
        self.model = model
        name = "\(NetworkMethod.distilled.rawValue) \(wish.name)"
        self.start = start
        self.settings = wish.suited(settings)
        self.images = images
    }
}

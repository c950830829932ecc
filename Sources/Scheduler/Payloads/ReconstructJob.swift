package import Approx
package import Store

/// Reconstructs a whole network with polynomials, layer by layer: a plan with weights of its own.
package struct ReconstructJob: PlanJob {
    package static let kind: JobKind = "reconstruct"

    /// Identity of the model.
    package var model: String
    package var name: String
    /// With the degree of every layer.
    package var settings: GuidedSettings
    package var calibration: Calibration

    package init(model: String, wish: NetworkWish, calibration: Calibration) {
        self.model = model
        name = "\(NetworkMethod.guided.rawValue) \(wish.name)"
        settings = wish.guided
        self.calibration = calibration
    }
}

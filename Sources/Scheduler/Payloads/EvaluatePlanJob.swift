package import Store

/// Evaluates a whole plan, in clear.
package struct EvaluatePlanJob: JobPayload {
    package static let kind: JobKind = "evaluate-plan"

    /// Identity of the model.
    package var model: String
    /// Key of the plan.
    package var plan: String
    package var images: ImageSelection

    package init(model: String, plan: String, images: ImageSelection) {
        self.model = model
        self.plan = plan
        self.images = images
    }
}

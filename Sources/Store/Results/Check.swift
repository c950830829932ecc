/// What a check of a plan found, to be written.
package struct NewCheck: Hashable, Sendable {
    package var model: ModelID
    package var plan: PlanID
    /// Hash of the wish.
    package var key: String
    package var mode: EvaluationMode
    package var images: EvaluationImages
    /// The rest of the wish, as canonical JSON.
    package var settings: String
    /// Figures of every stage, as canonical JSON.
    package var report: String
    /// The circuit, and what its run took, as canonical JSON.
    package var run: String

    package init(
        model: ModelID, plan: PlanID, key: String, mode: EvaluationMode, images: EvaluationImages, settings: String,
        report: String, run: String
    ) {
        self.model = model
        self.plan = plan
        self.key = key
        self.mode = mode
        self.images = images
        self.settings = settings
        self.report = report
        self.run = run
    }
}

/// A check as the store has it.
package struct CheckRecord: Hashable, Sendable {
    package let id: CheckID
    package let model: ModelID
    package let plan: PlanID
    package let key: String
    package let mode: EvaluationMode
    package let images: EvaluationImages
    package let settings: String
    package let report: String
    package let run: String
    package let createdAt: Timestamp
}

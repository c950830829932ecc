internal import Network
internal import Scheduler
internal import Store

extension NewEvaluation {
    /// What the network room found, in the words of the store.
    init(
        _ outcome: EvaluationOutcome, of subject: EvaluationSubject, model: ModelID, on images: ImageSelection
    ) {
        self.init(
            subject: subject,
            model: model,
            dataset: images.dataset,
            split: images.split,
            range: images.evaluationImages.range,
            correct: outcome.correct,
            agreeing: outcome.agreeing,
            escaped: outcome.escaped,
            outsideShares: outcome.outsideShare,
            predictions: outcome.predictions.encoded()
        )
    }
}

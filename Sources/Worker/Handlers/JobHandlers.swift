internal import Scheduler
package import Store

/// The handlers of every kind of job that this version knows.
package enum JobHandlers {
    /// What they are for.
    package static let kinds: [JobKind] = [
        CaptureJob.kind, FitJob.kind, EvaluateOriginalJob.kind, EvaluateLayerJob.kind, ChoosePlanJob.kind,
        EvaluatePlanJob.kind, ReconstructJob.kind, DistilJob.kind, CheckJob.kind, SensitivityJob.kind,
        SearchJob.kind, TrainJob.kind, RetrainJob.kind,
    ]

    /// - Parameter store: Where the handlers read what their jobs need.
    package static func all(on store: Store) -> [any JobHandler] {
        let workshop = Workshop(store: store)
        return [
            CaptureHandler(workshop: workshop),
            FitHandler(workshop: workshop),
            EvaluateOriginalHandler(workshop: workshop),
            EvaluateLayerHandler(workshop: workshop),
            ChoosePlanHandler(workshop: workshop),
            EvaluatePlanHandler(workshop: workshop),
            ReconstructHandler(workshop: workshop),
            DistilHandler(workshop: workshop),
            CheckHandler(workshop: workshop),
            SensitivityHandler(workshop: workshop),
            SearchHandler(workshop: workshop),
            TrainHandler(workshop: workshop),
            RetrainHandler(workshop: workshop),
        ]
    }
}

internal import Approx
internal import Scheduler
internal import Store

/// What a sweep found: every fit, the best of each layer, and the whole-network figures of its plans.
struct SweepResult: Encodable {
    let model: String
    let data: String
    /// Nil where networks are trained with labels and nothing else is made.
    let calibrationImages: Int?
    /// Of whole networks, where some were asked for.
    let networkCalibrationImages: Int?
    let original: [EvaluationReport]
    let fits: [ApproximationReport]
    let best: [ApproximationReport]
    let plans: [PlanReport]

    init(_ sweep: EnqueuedSweep, in store: Store) throws {
        let request = sweep.request
        model = sweep.model.name
        data = sweep.dataset
        let ofNetworks = request.networks.flatMap { networks in
            networks.methods.allSatisfy(\.usesLabels) ? nil : networks.calibration.images
        }
        networkCalibrationImages = ofNetworks
        calibrationImages = request.fits.fitters.isEmpty ? ofNetworks : request.fits.calibration.images
        original = try [request.validation, request.test].compactMap { images in
            guard let images else { return nil }
            return try store.evaluation(of: .original, model: sweep.model.id, on: images.evaluationImages)
                .map(EvaluationReport.init)
        }
        let candidates = try store.approximations(
            try request.fits.filter(model: sweep.model.id), evaluatedOn: request.validation?.evaluationImages)
        fits = candidates.map(ApproximationReport.init)
        best = EvaluatedApproximation.bestOfEachLayer(candidates).map(ApproximationReport.init)
        plans = try Scheduler(store).planKeys(of: request, for: sweep.model).compactMap { key in
            try store.plan(key: key, of: sweep.model.id).map { plan in
                try PlanReport(
                    plan, on: (request.validation?.evaluationImages, request.test?.evaluationImages), in: store)
            }
        }
    }

    func rendered(style: Style) -> String {
        var heading = "Model \(model) on \(data)"
        if let calibrationImages { heading += ", calibrated on \(Figure.count(calibrationImages)) images" }
        if let networkCalibrationImages, networkCalibrationImages != calibrationImages {
            heading += " (whole networks on \(Figure.count(networkCalibrationImages)))"
        }
        var parts = [style.bold(heading)]
        if !fits.isEmpty { parts.append(FitMatrix(fits).rendered(style: style)) }
        if best.contains(where: { $0.evaluation != nil }) {
            parts.append(style.bold("Best approximation of each layer, by drop of that replacement alone"))
            parts.append(ApproximationReport.table(best).rendered(style: style))
        }
        if !plans.isEmpty {
            parts.append(style.bold("Whole network, every activation replaced"))
            let baseline = Dictionary(uniqueKeysWithValues: original.map { ($0.split, $0) })
            parts.append(PlanReport.table(plans, original: baseline).rendered(style: style))
            if let note = PlanNotes.kept(plans.filter(\.keptStart).map { ($0.plan, $0.key) }) {
                parts.append("Note: \(note)")
            }
        }
        return parts.joined(separator: "\n\n")
    }
}

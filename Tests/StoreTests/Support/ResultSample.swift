import Approx
import Foundation
import Store

extension Store {
    /// Two models with everything that sweeps make of them: shards, approximations, a plan, evaluations of all three
    /// subjects, and a queue with a dead job and one that waits for it.
    ///
    /// - Parameters:
    ///   - reversed: Makes the same results in another order, with failures on the way.
    ///   - coefficient: Of one approximation of the last layer.
    func recordResults(reversed: Bool = false, coefficient: Double = 0.25) throws {
        func ordered<Element>(_ elements: [Element]) -> [Element] { reversed ? elements.reversed() : elements }
        try addDataset(Sample.dataset())
        for name in ordered(["lenet", "resnet"]) {
            let model = try addModel(Sample.model(name, onnx: Data(name.utf8))).model
            let layers = try layers(of: model.id)
            if reversed { try failOnce() }
            try enqueue(NewSweep(model: model.id, key: "sweep of \(name)", settings: "{}"), jobs: [])
            try recordShards(ordered([0..<500, 500..<1000]), layers: layers, job: "capture \(name)")
            try record("original \(name)") { writer throws(StoreError) in
                try writer.insert(Sample.wholeEvaluation(.original, of: model.id, correct: 97))
            }
            for layer in ordered(layers) {
                for degree in ordered([2, 3]) {
                    try recordFit(
                        layer, degree: degree, coefficient: layer.position == 2 && degree == 3 ? coefficient : 0.25)
                }
            }
            try recordPlan(of: model.id, layers: layers)
        }
        try record("train lenet") { writer throws(StoreError) in
            try writer.insert(
                Sample.training("t", report: #"{"curve":[1]}"#), of: Sample.model("lenet", onnx: Data("lenet".utf8)))
        }
    }

    private func failOnce() throws {
        try enqueue([Sample.job("fails", priority: 1000, policy: RetryPolicy(backoff: .zero))])
        for job in try claim(upTo: 1, as: "recorder", lease: .seconds(60)) {
            try fail(job, error: "broke", retryable: true)
        }
        for job in try claim(upTo: 1, as: "another recorder", lease: .seconds(60)) {
            try finish(job) { _ in }
        }
    }

    private func recordShards(_ ranges: [Range<Int>], layers: [LayerRecord], job: String) throws {
        for range in ranges {
            try record("\(job) \(range)") { writer throws(StoreError) in
                for layer in layers {
                    try writer.insert(
                        Shard(
                            layer: layer.id, dataset: Sample.fingerprint, split: .calibration, range: range,
                            statistics: Sample.statistics(
                                channels: layer.channels, shift: Float(layer.position + range.lowerBound)
                            ).encoded()))
                }
            }
        }
    }

    private func recordFit(_ layer: LayerRecord, degree: Int, coefficient: Double) throws {
        let approximation = Approximation(
            granularity: .layer,
            polynomials: [Polynomial(basis: .monomial, coefficients: [0.1, 0.5, coefficient], domain: -2...3)])
        var id: ApproximationID?
        try record("fit \(layer.id) \(degree)") { writer throws(StoreError) in
            id = try writer.insert(
                try Sample.fit(
                    layer, degree: degree, rmse: 1 / Double(degree), levels: degree, approximation: approximation))
        }
        guard let id else { return }
        try record("evaluate \(layer.id) \(degree)") { writer throws(StoreError) in
            try writer.insert(Sample.wholeEvaluation(.approximation(id), of: layer.model, correct: 90 + degree))
            try writer.insert(
                Sensitivity(
                    approximation: id, dataset: Sample.fingerprint, images: 50, seed: .max,
                    divergence: 1 / Double(degree)))
        }
    }

    private func recordPlan(of model: ModelID, layers: [LayerRecord]) throws {
        let best = try best(of: model, degree: 2)
        let chosen = Dictionary(uniqueKeysWithValues: best.map { ($0.layer.id, $0.record.id) })
        var plan: PlanID?
        try record("plan of \(model)") { writer throws(StoreError) in
            plan = try writer.insert(
                NewPlan(
                    model: model, name: "degree 2", key: "k", method: "uniform", settings: "{}",
                    levels: 2 * layers.count,
                    layers: Dictionary(uniqueKeysWithValues: layers.map { ($0.id, chosen[$0.id]) })))
        }
        guard let plan else { return }
        try record("evaluate plan of \(model)") { writer throws(StoreError) in
            try writer.insert(Sample.wholeEvaluation(.plan(plan), of: model, correct: 80))
        }
        for mode in [EvaluationMode.simulated, .encrypted] {
            try record("check plan of \(model), \(mode)") { writer throws(StoreError) in
                try writer.insert(Sample.check(of: plan, of: model, mode: mode))
            }
        }
    }
}

extension Sample {
    /// What a layer of some channels saw, which differs with `shift`.
    static func statistics(channels: Int, shift: Float) -> LayerStatistics {
        var accumulator = LayerAccumulator(channels: channels)
        for channel in 0..<channels {
            let values = (0..<100).map { Float($0) * 0.125 - shift - Float(channel) }
            accumulator.add(values, count: values.count, stride: 1, channel: channel)
        }
        return accumulator.statistics()
    }

    static func check(of plan: PlanID, of model: ModelID, mode: EvaluationMode) -> NewCheck {
        NewCheck(
            model: model, plan: plan, key: "check \(mode)", mode: mode,
            images: EvaluationImages(dataset: fingerprint, split: .validation, range: 0..<8), settings: "{}",
            report: #"{"correct":7}"#, run: #"{"seconds":1}"#)
    }

    static func training(_ key: String, report: String) -> NewTraining {
        NewTraining(key: key, architecture: "lenet5", dataset: fingerprint, settings: "{}", report: report)
    }

    /// An evaluation of 100 images with one byte for each prediction.
    static func wholeEvaluation(_ subject: EvaluationSubject, of model: ModelID, correct: Int) -> NewEvaluation {
        var evaluation = evaluation(subject, model: model, correct: correct)
        evaluation.predictions = Data(repeating: 7, count: 100)
        return evaluation
    }

    /// How ``wholeEvaluation(_:of:correct:)`` encodes its predictions.
    static func predictionCount(_ predictions: Data) -> Int { predictions.count }
}

internal import Approx
internal import ArgumentParser
internal import Foundation
internal import Store

/// Queries on a large store, which it makes if it is not there.
struct StoreBench: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "store")

    @Option var store: String
    /// Approximations, each with an evaluation.
    @Option var approximations: Int
    @Option var repeats = 5

    private static let fingerprint = String(repeating: "d", count: 64)
    private static let layerCount = 19

    func run() throws {
        if !FileManager.default.fileExists(atPath: store) { try fill(try Store.create(at: store)) }
        let reader = try Store.open(at: store, configuration: StoreConfiguration(access: .queryOnly))
        let model = try reader.model(named: "m")
        let best = try fastest { _ = try reader.best(of: model.id) }
        let bestOfOne = try fastest { _ = try reader.best(of: model.id, degree: 3, fitter: "centroid", by: .rmse) }
        let status = try fastest { _ = try reader.jobCounts() }
        var digest: StoreDigest?
        let digestSeconds = try Stopwatch.seconds { digest = try reader.digest() }
        try Measurement([
            "best_ms": best * 1000, "best_by_error_ms": bestOfOne * 1000, "status_ms": status * 1000,
            "digest_seconds": digestSeconds, "rows": Double(digest?.parts.reduce(0) { $0 + $1.rows } ?? 0),
        ]).print()
    }

    private func fastest(_ body: () throws -> Void) throws -> Double {
        try (0..<repeats).map { _ in try Stopwatch.seconds(body) }.min() ?? 0
    }

    /// Each job writes a thousand fits of one layer, degree and fitter, with settings of their own.
    private func fill(_ store: Store) throws {
        let model = try store.addModel(
            NewModel(
                name: "m", onnx: Data([1]), preprocessing: "{}", dataset: nil, inputChannels: 1, inputHeight: 1,
                inputWidth: 1, classes: 10, parameters: 1, reference: nil,
                layers: (0..<Self.layerCount).map {
                    NewLayer(name: "relu\($0)", activation: .relu, channels: 1, height: 1, width: 1)
                })
        ).model
        let layers = try store.layers(of: model.id)
        try store.enqueue((0...approximations / 1000).map { try QueueBench.job($0) })
        var made = 0
        while made < approximations, let job = try store.claim(upTo: 1, as: "filler", lease: .seconds(600)).first {
            try store.finish(job) { writer throws(StoreError) in
                if made == 0 { try writer.insert(evaluation(.original, model.id, correct: 4500)) }
                for number in made..<min(made + 1000, approximations) {
                    let fit = try self.fit(number, layers: layers)
                    try writer.insert(
                        evaluation(.approximation(try writer.insert(fit)), model.id, correct: 3000 + number % 1500))
                }
            }
            made += 1000
        }
        try store.close()
    }

    private func fit(_ number: Int, layers: [LayerRecord]) throws(StoreError) -> NewApproximation {
        let layer = layers[number % layers.count]
        guard let degree = try? Degree(2 + number / layers.count % 6) else { throw .invalid("degree") }
        return NewApproximation(
            model: layer.model, layer: layer.id, degree: degree,
            fitter: number / (6 * layers.count) % 2 == 0 ? "centroid" : "least-squares",
            settingsHash: try CanonicalJSON.hash(of: number), settings: "{}", calibrationDataset: Self.fingerprint,
            calibrationImages: 5000,
            approximation: Approximation(
                granularity: .layer,
                polynomials: [
                    Polynomial(
                        basis: .chebyshev, coefficients: Array(repeating: 0.5, count: degree.value + 1), domain: -1...1)
                ]),
            range: -1...1, rootMeanSquareError: Double(number % 1009 + 1), maximumError: 1, inertia: nil, levels: 3,
            fallbackChannels: [])
    }

    private func evaluation(_ subject: EvaluationSubject, _ model: ModelID, correct: Int) -> NewEvaluation {
        NewEvaluation(
            subject: subject, model: model, dataset: Self.fingerprint, split: .validation, range: 0..<5000,
            correct: correct, agreeing: correct, escaped: 0, outsideShares: [], predictions: Data([1]))
    }
}

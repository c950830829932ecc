internal import Approx
internal import ArgumentParser
internal import Encryption
internal import Foundation
internal import Network
internal import Synchronization

/// A network's circuit at degree 2 under OpenFHE, beside its rotations, products and squarings called one by one.
///
/// The polynomials are the parabola nearest to ReLU on -4...4 everywhere: what is measured does not depend on them.
struct CheckBench: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "check")

    @Option var model: String
    @Option var images = 8
    @Option var threads: Int

    private static let calls = 6

    func run() throws {
        let graph = try ONNXImporter.graph(from: try Data(contentsOf: URL(fileURLWithPath: model)))
        let parabola = try MinimaxPolynomial(of: .relu, on: -4...4, degree: 2).polynomial
        let plan = graph.sites.map { _ in Approximation(granularity: .layer, polynomials: [parabola]) }
        let circuit = try Circuit(graph, plan: plan, images: images)
        let stages = circuit.stages
        let context = try OpenFHEContext(circuit.parameters, try OpenFHELibrary())
        let client = try OpenFHEClient(context)
        let input = try circuit.packed([]).map(client.encrypt)
        var alone = 0.0
        for (stage, matrix) in zip(stages, circuit.matrices) {
            let server = OpenFHEServer(try client.evaluationKeys(for: stage))
            alone += try primitives(
                circuit.operations(of: matrix, in: stage), stage, server,
                try server.drop(input[0], to: stage.level))
        }
        let schedule = Schedule(keepsKeys: true, batchesPerRound: 1, staysEncoded: stages.map { _ in true })
        var run = try CircuitRun(circuit, schedule, threads: threads) { index throws(EncryptionError) in
            OpenFHEServer(try client.evaluationKeys(for: stages[index]))
        }
        // The first batch makes keys and encodes; the second one is measured.
        _ = try run.logits(of: [input])
        let first = run.times.evaluation
        _ = try run.logits(of: [input])
        try Measurement(["seconds": run.times.evaluation - first, "primitives": alone]).print()
    }

    /// Seconds that all operations of a stage take as calls of their own, on all threads.
    private func primitives(
        _ operations: StageOperations, _ stage: KeyStage, _ server: OpenFHEServer, _ x: OpenFHECiphertext
    ) throws -> Double {
        let slots = [Double](repeating: 0.5, count: stage.parameters.slots)
        let plain = try server.encode(slots, level: stage.level)
        let digits = try server.digits(of: x)
        let product = try server.sum(of: [(x, plain)])
        let variable = try server.rescale(product)
        let step = stage.rotationSteps.first ?? 0
        var seconds = try time(operations.digits) { _ = try server.digits(of: x) }
        if step != 0 {
            seconds += try time(operations.babies) { _ = try server.rotate(x, digits, by: step) }
            seconds += try time(operations.giants) { _ = try server.rotate(x, nil, by: step) }
        }
        seconds += try time(operations.products) { _ = try server.add(product, try server.sum(of: [(x, plain)])) }
        seconds += try time(operations.outputs) { _ = try server.rescale(product) }
        if operations.squarings > 0 {
            seconds += try time(operations.outputs) { _ = try server.square(variable) }
        }
        return seconds
    }

    /// Seconds of `count` calls on all threads, from a few of them.
    private func time(_ count: Int, _ call: @escaping @Sendable () throws -> Void) throws -> Double {
        let failure = Mutex<(any Error)?>(nil)
        let seconds = Stopwatch.seconds {
            DispatchQueue.concurrentPerform(iterations: threads) { _ in
                do {
                    for _ in 0..<Self.calls { try call() }
                } catch {
                    failure.withLock { $0 = error }
                }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        return seconds * Double(count) / Double(threads * Self.calls)
    }
}

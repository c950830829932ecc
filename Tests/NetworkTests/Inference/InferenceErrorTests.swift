import Approx
import Network
import Testing

@Suite struct InferenceErrorTests {
    private let graph = SmallNetwork.residual()
    private let square = Approximation(
        granularity: .layer, polynomials: [.init(basis: .monomial, coefficients: [0, 0, 1], domain: -2...2)])

    @Test func imagesOfAnotherShapeAreRefusedWithBothShapes() throws {
        let runner = try NetworkRunner(graph)
        let images = ImageSet.random(2, shape: TensorShape(channels: 1, height: 28, width: 28))
        let error = #expect(throws: InferenceError.self) { _ = try runner.logits(images, 0..<2) { _ in } }
        #expect(error == .imageShape(network: graph.inputShape, images: images.shape))
        let text = error?.description ?? ""
        #expect(text.contains("3x12x12") && text.contains("1x28x28"))
    }

    @Test func rangeOutsideTheSetIsRefused() throws {
        let runner = try NetworkRunner(graph)
        let images = ImageSet.random(2, shape: graph.inputShape)
        #expect(throws: InferenceError.imageRange(1..<3, images: 2)) {
            _ = try runner.capture(images, 1..<3) { _ in }
        }
    }

    @Test func preprocessingOfOtherChannelsIsRefused() {
        #expect(throws: InferenceError.self) {
            _ = try NetworkRunner(graph: graph, preprocessing: .identity(channels: 1))
        }
        #expect(throws: InferenceError.self) {
            _ = try NetworkRunner(
                graph: graph, preprocessing: Preprocessing(scale: 1, mean: [0, 0, 0], std: [1, 0, 1]))
        }
    }

    @Test func batchesAndThreadsOfNoneAreRefused() throws {
        #expect(throws: InferenceError.batchSize(0)) { _ = try NetworkRunner(graph, batch: 0) }
        let runner = try NetworkRunner(graph)
        #expect(throws: InferenceError.threadCount(0)) { _ = try ParallelInference(runner, threads: 0) }
    }

    @Test func plansAndSitesThatDoNotFitAreRefused() throws {
        let runner = try NetworkRunner(graph)
        let images = ImageSet.random(2, shape: graph.inputShape)
        let original = Predictions(classes: [0, 0])
        #expect(throws: InferenceError.planLength(1, sites: 5)) {
            _ = try runner.evaluate(plan: [nil], images, 0..<2, original: original) { _ in }
        }
        #expect(throws: InferenceError.unknownSite(5, sites: 5)) {
            _ = try runner.evaluate(site: 5, candidates: [square], images, 0..<2, original: original) { _ in }
        }
        #expect(throws: InferenceError.originalPredictions(2, images: 1)) {
            _ = try runner.evaluate(site: 0, candidates: [square], images, 0..<1, original: original) { _ in }
        }
        let four = Approximation(
            granularity: .channel, polynomials: Array(repeating: square.polynomials[0], count: 4))
        #expect(throws: InferenceError.polynomialCount(site: "site0", polynomials: 4, channels: 6)) {
            _ = try runner.evaluate(site: 0, candidates: [four], images, 0..<2, original: original) { _ in }
        }
    }

    @Test func operationThatOneDNNRefusesIsNamed() {
        // The window fits twice into each axis, not once.
        let window = Operation.Window(kernelHeight: 3, kernelWidth: 3)
        let layer = Operation.Convolution(
            weights: Array(repeating: 0, count: 9), bias: [0], inputChannels: 1, outputChannels: 1, groups: 1,
            window: window)
        var network = SmallNetwork(input: TensorShape(channels: 1, height: 4, width: 4))
        let output = network.add(.convolution(layer), [network.input], TensorShape(channels: 1, height: 1, width: 1))
        let graph = network.graph(output: output)
        let error = #expect(throws: InferenceError.self) {
            let images = ImageSet.random(1, shape: graph.inputShape)
            _ = try NetworkRunner(graph).logits(images, 0..<1) { _ in }
        }
        guard case .operation(let name, let reason) = error else {
            Issue.record("unexpected \(String(describing: error))")
            return
        }
        #expect(name == "n0" && reason.contains("convolution"))
    }
}

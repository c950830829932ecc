import Approx
import Foundation
import Network
import Testing

/// What exported files compute, by an interpreter that knows only the specification of ONNX.
@Suite struct ONNXExporterTests {
    private static let degrees = [2, 3, 4, 7, 12]

    @Test(arguments: degrees, Granularity.allCases)
    func polynomialNetworkComputesWhatThePlanComputes(degree: Int, granularity: Granularity) throws {
        let (graph, interface) = try DigitsNetwork.imported()
        let plan = try DigitsNetwork.plan(graph, degree: degree, granularity)
        let file = ONNXFile(try ONNXExporter.file(graph, plan: plan, interface: interface, origin: .sample))
        #expect(Set(file.nodes.map(\.operation)).isSubset(of: ["Conv", "Gemm", "AveragePool", "Flatten"] + arithmetic))
        let (images, inputs) = try DigitsNetwork.inputs(3)
        let runner = try NetworkRunner(graph: graph, preprocessing: DigitsNetwork.preprocessing)
        let expected = try runner.logits(plan: plan, images, 0..<3) { _ in }
        for image in 0..<3 {
            let logits = ONNXInterpreter(file: file).logits(inputs[image])
            #expect(relativeDifference(logits, expected[image * 10..<image * 10 + 10]) < 1e-4)
        }
    }

    private var arithmetic: [String] { ["Mul", "Add", "Sub"] }

    /// Residual sums, slices and pads of channels, a mean, and sites that keep their function.
    @Test(arguments: [6, 8])
    func residualNetworkWithAMixedPlan(width: Int) throws {
        let graph = SmallNetwork.residual(width: width)
        let images = ImageSet.random(3, shape: graph.inputShape)
        let perChannel = (0..<2 * width).map { channel in
            let scale = Double(channel + 1) / Double(2 * width)
            return Polynomial(basis: .monomial, coefficients: [0.1 * scale, scale, 0.5], domain: -scale...(scale + 1))
        }
        func layer(_ coefficients: [Double]) -> Approximation {
            let polynomial = Polynomial(basis: .chebyshev, coefficients: coefficients, domain: -4...4)
            return Approximation(granularity: .layer, polynomials: [polynomial])
        }
        let plan: [Approximation?] = [
            layer([0.5, 0.5, 0.3]), nil, layer([0.4, 0.6, 0.2, 0.1]),
            Approximation(granularity: .channel, polynomials: perChannel), layer([0.3, 0.2, 0.1, -0.05, 0.02]),
        ]
        let file = ONNXFile(try ONNXExporter.file(graph, plan: plan, interface: .plain, origin: .sample))
        let expected = try NetworkRunner(graph).logits(plan: plan, images, 0..<3) { _ in }
        for image in 0..<3 {
            let logits = ONNXInterpreter(file: file).logits(images.pixels(of: image).map { Float($0) })
            #expect(relativeDifference(logits, expected[image * 5..<image * 5 + 5]) < 1e-4)
        }
        #expect(file.operations["Relu"] == 1)
    }

    /// A composite is a chain of polynomials, and a product at its end.
    @Test(arguments: Granularity.allCases) func compositesComputeWhatThePlanComputes(granularity: Granularity) throws {
        let graph = SmallNetwork.residual(width: 6)
        let images = ImageSet.random(3, shape: graph.inputShape)
        let plan: [Approximation?] = try graph.sites.enumerated().map { site, place in
            let count = granularity == .layer ? 1 : place.shape.channels
            let steps = try (0..<count).map { try CompositeReLU(precision: 4 + site, bound: 30 + Double($0)).step }
            return Approximation(granularity: granularity, polynomials: steps.map(\.polynomial), gate: steps[0].gate)
        }
        let file = ONNXFile(try ONNXExporter.file(graph, plan: plan, interface: .plain, origin: .sample))
        let expected = try NetworkRunner(graph).logits(plan: plan, images, 0..<3) { _ in }
        for image in 0..<3 {
            let logits = ONNXInterpreter(file: file).logits(images.pixels(of: image).map { Float($0) })
            #expect(relativeDifference(logits, expected[image * 5..<image * 5 + 5]) < 1e-4)
        }
        #expect(file.operations["Relu"] == nil)
    }

    /// Every operation and activation, in every layout: what the importer has read, exported and interpreted.
    @Test(arguments: ONNXFixture.all)
    func originalNetworkComputesWhatItsFileComputes(fixture: ONNXFixture) throws {
        let (graph, interface) = try ONNXImporter.network(from: fixture.file)
        let data = try ONNXExporter.file(
            graph, plan: graph.sites.map { _ in nil }, interface: interface, origin: .sample)
        let file = ONNXFile(data)
        let expected = try fixture.logits
        let images = try fixture.images
        for image in 0..<2 {
            let channelsFirst = Array(images[image * graph.inputShape.count..<(image + 1) * graph.inputShape.count])
            let logits = ONNXInterpreter(file: file).logits(
                interface.layout == .channelsLast ? turned(channelsFirst, graph.inputShape) : channelsFirst)
            let wanted = expected[image * graph.classCount..<(image + 1) * graph.classCount]
            #expect(relativeDifference(logits, wanted) < 1e-4)
        }
    }

    /// Without polynomials the importer reads its own exports, to the same layers.
    @Test(arguments: ONNXFixture.all)
    func originalNetworkComesBack(fixture: ONNXFixture) throws {
        let (graph, interface) = try ONNXImporter.network(from: fixture.file)
        let data = try ONNXExporter.file(
            graph, plan: graph.sites.map { _ in nil }, interface: interface, origin: .sample)
        let (back, again) = try ONNXImporter.network(from: data)
        #expect(again == interface)
        #expect(back.sites == graph.sites)
        #expect(back.parameterCount == graph.parameterCount)
        #expect(back.encodedWeights() == graph.encodedWeights())
    }

    /// The values of one image as Keras lays them out.
    private func turned(_ values: [Float], _ shape: TensorShape) -> [Float] {
        (0..<shape.height * shape.width).flatMap { pixel in
            (0..<shape.channels).map { values[$0 * shape.height * shape.width + pixel] }
        }
    }
}

import Approx
import Foundation
import Network
import Testing

/// Gradients through batch normalisation against central differences of a reference in double precision, which
/// normalises each micro-batch by its own statistics.
@Suite struct NormalisationGradientTests {
    private static let images = 6
    private static let microBatch = 3

    /// Two normalised convolutions, each followed by tanh; 5 channels fill no block of the kernels, 8 do.
    private static func network(channels: Int) throws -> TrainableNetwork {
        var network = SmallNetwork(input: TensorShape(channels: 3, height: 5, width: 5))
        let first = network.activation(network.convolution(network.input, to: channels), .tanh)
        let second = network.activation(network.convolution(first, to: channels), .tanh)
        let graph = network.graph(output: network.linear(network.flatten(second), to: 4))
        return try TrainableNetwork(graph: graph, normalised: [0, 2])
    }

    private static func start(_ network: TrainableNetwork) -> [Float] {
        var values = network.initialValues
        var numbers = TestNumbers(seed: 21)
        for node in [0, 2] {
            for index in network.range(of: .scale(node: node)) { values[index] = 1 + 0.25 * numbers.float() }
            for index in network.range(of: .shift(node: node)) { values[index] = 0.25 * numbers.float() }
        }
        return values
    }

    @Test(arguments: [5, 8])
    func gradientsAreThoseOfFiniteDifferences(channels: Int) throws {
        let network = try Self.network(channels: channels)
        let set = ImageSet.random(Self.images, shape: network.graph.inputShape)
        let labels = (0..<Self.images).map { Int32($0 % 4) }
        let images = ImageSet(shape: set.shape, pixels: set.pixels, labels: labels)
        let values = Self.start(network)
        let engine = try TrainingEngine(network, microBatch: Self.microBatch, threads: 2)
        _ = try engine.run(
            TrainingBatch(indices: Array(0..<Self.images)),
            of: TrainingImages(images, preprocessing: .identity(channels: 3)), values: values
        ) { try SoftmaxCrossEntropy().add(to: $0) }
        let gradient = Array(engine.gradient)
        for parameter in network.parameters where parameter.isTrained {
            let indices = stride(from: 0, to: parameter.range.count, by: max(1, parameter.range.count / 12 | 1))
            let expected = try indices.map { offset in
                let index = parameter.range.lowerBound + offset
                var (above, below) = (values, values)
                above[index] += 0x1p-17
                below[index] -= 0x1p-17
                return try (loss(network, above, images) - loss(network, below, images))
                    / (Double(above[index]) - Double(below[index]))
            }
            // In front of a normalisation, the gradient of a bias is 0 but for rounding.
            let largest = expected.reduce(1e-2) { max($0, abs($1)) }
            for (offset, expected) in zip(indices, expected) {
                let found = Double(gradient[parameter.range.lowerBound + offset])
                #expect(abs(found - expected) <= 2e-4 * largest, "\(parameter.name)[\(offset)]")
            }
        }
    }

    /// Mean cross-entropy of all images, micro-batch after micro-batch.
    private func loss(_ network: TrainableNetwork, _ values: [Float], _ images: ImageSet) throws -> Double {
        var graph = network.graph
        for (index, node) in graph.nodes.enumerated() {
            let weights = Array(values[network.range(of: .weights(node: index))])
            let bias = Array(values[network.range(of: .bias(node: index))])
            switch node.operation {
            case .convolution(var layer):
                (layer.weights, layer.bias) = (weights, bias)
                graph.nodes[index].operation = .convolution(layer)
            case .linear(var layer):
                (layer.weights, layer.bias) = (weights, bias)
                graph.nodes[index].operation = .linear(layer)
            default: break
            }
        }
        return stride(from: 0, to: Self.images, by: Self.microBatch).reduce(0.0) { sum, start in
            sum + loss(of: start..<start + Self.microBatch, images, graph, network, values)
        } / Double(Self.images)
    }

    private func loss(
        of part: Range<Int>, _ images: ImageSet, _ graph: NetworkGraph, _ network: TrainableNetwork, _ values: [Float]
    ) -> Double {
        // By site and channel: factor and addend that stand for the normalisation, once they are known.
        var lines: [[(factor: Double, addend: Double)]] = []
        func outputs() -> [[[Double]]] {
            let known = lines
            let reference = ReferenceExecutor(graph: graph) { site, channel, x in
                guard site < known.count else { return 0 }
                return tanh(known[site][channel].factor * x + known[site][channel].addend)
            }
            return part.map { reference.values(images.pixels(of: $0)) }
        }
        for node in [0, 2] {
            let shape = graph.values[graph.nodes[node].output].shape, plane = shape.height * shape.width
            let read = outputs().map { $0[graph.nodes[node].output] }
            lines.append(
                (0..<shape.channels).map { channel in
                    let own = read.flatMap { $0[channel * plane..<(channel + 1) * plane] }
                    let mean = own.reduce(0, +) / Double(own.count)
                    let variance = own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(own.count)
                    let scale = Double(values[network.range(of: .scale(node: node)).lowerBound + channel])
                    let shift = Double(values[network.range(of: .shift(node: node)).lowerBound + channel])
                    let factor = scale / (variance + 1e-5).squareRoot()
                    return (factor, shift - mean * factor)
                })
        }
        return zip(part, outputs()).reduce(0.0) { sum, image in
            let logits = image.1[graph.output]
            return sum + log(logits.reduce(0) { $0 + exp($1) }) - logits[Int(images.labels[image.0])]
        }
    }
}

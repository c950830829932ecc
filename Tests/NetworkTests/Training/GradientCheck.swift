import Approx
import Network

/// Compares the engine's gradient with central differences of a reference in double precision.
///
/// The loss is a fixed linear function of the logits, and of the pre-activations of some sites.
struct GradientCheck {
    struct Difference: Error, CustomStringConvertible {
        var parameter: String
        var index: Int
        var found: Double
        var expected: Double
        var description: String { "\(parameter)[\(index)]: \(found) instead of \(expected)" }
    }

    let network: TrainableNetwork
    let blend: Float
    let sites: Set<Int>
    let images: ImageSet
    private let imageCount = 4

    init(_ network: TrainableNetwork, blend: Float = 1, sites: Set<Int> = []) throws {
        self.network = network
        self.blend = blend
        self.sites = sites
        images = ImageSet.random(imageCount, shape: network.graph.inputShape)
    }

    /// - Throws: ``Difference`` for the first element that is too far off.
    func run(tolerance: Double, only isChecked: (Parameter.Role) -> Bool = { _ in true }) throws {
        let gradient = try engineGradient()
        for parameter in network.parameters where isChecked(parameter.role) {
            // Some elements of the larger tensors, in steps that meet every place of a kernel.
            let indices = stride(from: 0, to: parameter.range.count, by: max(1, parameter.range.count / 12 | 1))
            let expected = indices.map { difference(parameter.range.lowerBound + $0) }
            let largest = expected.reduce(1e-3) { max($0, abs($1)) }
            for (index, expected) in zip(indices, expected) {
                let found = Double(gradient[parameter.range.lowerBound + index])
                if !(abs(found - expected) <= tolerance * largest) {
                    throw Difference(parameter: parameter.name, index: index, found: found, expected: expected)
                }
            }
        }
    }

    func engineGradient() throws -> [Float] {
        // Two micro-batches, the second of them partly empty.
        let engine = try TrainingEngine(network, microBatch: 3, gradientSites: sites)
        let prepared = try TrainingImages(
            images, preprocessing: .identity(channels: network.graph.inputShape.channels))
        let check = self
        _ = try engine.run(
            TrainingBatch(indices: Array(0..<imageCount)), of: prepared, values: network.initialValues,
            blends: Array(repeating: blend, count: network.graph.sites.count)
        ) { pass in
            let classes = check.network.graph.classCount
            for (place, image) in pass.indices.enumerated() {
                for index in 0..<classes {
                    pass.logitGradient[place * classes + index] += Float(check.factor(image, -1, index))
                }
                for site in check.sites {
                    guard let gradient = pass.preActivationGradient(of: site) else { continue }
                    let values = pass.forward.preActivations(of: site), shape = values.shape
                    for index in 0..<shape.count {
                        let offset = values.offset(
                            image: place, channel: index / (shape.height * shape.width),
                            row: index / shape.width % shape.height, column: index % shape.width)
                        gradient[offset] += Float(check.factor(image, site, index))
                    }
                }
            }
        }
        return Array(engine.gradient)
    }

    /// Of the loss, exact in single precision.
    private func factor(_ image: Int, _ site: Int, _ index: Int) -> Double {
        let mixed: Int = image * 31 + (site + 1) * 17 + index * 7
        return Double(mixed % 13 - 6) / 16
    }

    /// Over a step so small that hardly a kink lies within it.
    private func difference(_ index: Int) -> Double {
        var (above, below) = (network.initialValues, network.initialValues)
        above[index] += 0x1p-17
        below[index] -= 0x1p-17
        return (loss(above) - loss(below)) / (Double(above[index]) - Double(below[index]))
    }

    private func loss(_ values: [Float]) -> Double {
        guard let graph = try? network.graph(with: values),
            let approximations = try? network.approximations(with: values)
        else { return .nan }
        let blend = Double(blend)
        let reference = ReferenceExecutor(graph: graph) { site, channel, x in
            let function = graph.sites[site].function
            guard let approximation = approximations[site] else { return function(x) }
            var u = x
            if let ranges = network.activations[site]?.clamp?.ranges {
                let range = ranges[ranges.count == 1 ? 0 : channel]
                u = min(max(x, range.lowerBound), range.upperBound)
            }
            return (1 - blend) * function(u) + blend * approximation.polynomial(forChannel: channel)(u)
        }
        let readBySites = graph.nodes.compactMap { node in
            if case .activation(let site) = node.operation { (site, node.inputs[0]) } else { nil }
        }
        return (0..<imageCount).reduce(0.0) { sum, image in
            let all = reference.values(images.pixels(of: image))
            let logits = all[graph.output].enumerated().reduce(0.0) { $0 + factor(image, -1, $1.0) * $1.1 }
            let others = readBySites.filter { sites.contains($0.0) }.reduce(0.0) { sum, read in
                all[read.1].enumerated().reduce(sum) { $0 + factor(image, read.0, $1.0) * $1.1 }
            }
            return sum + logits + others
        }
    }
}

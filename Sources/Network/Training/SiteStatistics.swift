internal import Approx

/// What the sites of a network read over some images: the ground on which it is trained.
struct SiteStatistics {
    /// By site.
    let layers: [LayerStatistics]
    /// Images of which a value left the range of its polynomial; they are in no statistics.
    let leftOut: Int

    /// - Parameters:
    ///   - approximations: By site; nil for the network's own function.
    ///   - count: About so many images, spread over the set: some sets have class after class.
    ///   - checkpoint: Called after each batch.
    /// - Throws: ``TrainingError/outOfRange(_:of:)`` where most images leave the ranges.
    init(
        _ graph: NetworkGraph, _ approximations: [Approximation?], images: ImageSet, count: Int,
        preprocessing: Preprocessing, checkpoint: () throws -> Void
    ) throws {
        let batch = TrainingEngine.defaultMicroBatch
        let plain = approximations.map { approximation in
            approximation.map { own in
                TrainableActivation(
                    own, variables: own.polynomials.map { ScaledVariable(center: $0.center, scale: $0.halfWidth) })
            }
        }
        let engine = try ForwardEngine(TrainableNetwork(graph: graph, activations: plain), microBatch: batch)
        var layers = graph.sites.map { LayerAccumulator(channels: $0.shape.channels) }
        var leftOut = 0
        var input = [Float](repeating: 0, count: batch * images.shape.count)
        var seen = 0
        for part in images.spread(count, by: batch) {
            seen += part.count
            input.withUnsafeMutableBufferPointer { input in
                guard let destination = input.baseAddress else { return }
                images.write(part, preprocessing: preprocessing, into: destination)
            }
            try input.withUnsafeBufferPointer { input in
                try engine.withPass(over: input, images: part.count) { pass in
                    let calm = (0..<part.count).filter { image in
                        approximations.indices.allSatisfy { site in
                            let reach = approximations[site]?.reach ?? .infinity
                            return pass.preActivations(of: site).isWithin(reach, image: image)
                        }
                    }
                    leftOut += part.count - calm.count
                    for site in layers.indices {
                        pass.preActivations(of: site).add(calm, to: &layers[site])
                    }
                }
            }
            try checkpoint()
        }
        guard leftOut <= seen / 2 else { throw TrainingError.outOfRange(leftOut, of: seen) }
        self.layers = layers.map { $0.statistics() }
        self.leftOut = leftOut
    }
}

extension Approximation {
    /// The largest value that one of the polynomials was fitted for.
    fileprivate var reach: Float {
        polynomials.reduce(0) { max($0, Float(max(abs($1.domain.lowerBound), abs($1.domain.upperBound)))) }
    }
}

extension SiteValues {
    private var valuesPerImage: Int { values.count / images }

    /// Whether an image has no value beyond `reach`, and no NaN.
    fileprivate func isWithin(_ reach: Float, image: Int) -> Bool {
        let count = valuesPerImage
        return values[image * count..<(image + 1) * count].allSatisfy { abs($0) <= reach }
    }

    fileprivate func add(_ chosen: [Int], to layer: inout LayerAccumulator) {
        guard let start = values.baseAddress else { return }
        for channel in 0..<shape.channels {
            for image in chosen {
                layer.add(
                    start + offset(image: image, channel: channel, row: 0, column: 0),
                    count: shape.height * shape.width, stride: block, channel: channel)
            }
        }
    }
}

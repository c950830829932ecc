package import Approx

extension TrainableNetwork {
    /// The graph with these weights, biases and affine nodes; batch normalisations are folded, with their running
    /// statistics.
    package func graph(with values: [Float]) throws(TrainingError) -> NetworkGraph {
        try check(values)
        var trained = graph
        for (index, node) in graph.nodes.enumerated() {
            func tensor(_ role: Parameter.Role) -> [Float] { Array(values[range(of: role)]) }
            switch node.operation {
            case .convolution(var convolution):
                convolution.weights = tensor(.weights(node: index))
                convolution.bias = tensor(.bias(node: index))
                if normalised.contains(index) { fold(index, values, into: &convolution) }
                trained.nodes[index].operation = .convolution(convolution)
            case .linear(var linear):
                linear.weights = tensor(.weights(node: index))
                linear.bias = tensor(.bias(node: index))
                trained.nodes[index].operation = .linear(linear)
            case .affine:
                trained.nodes[index].operation = .affine(
                    scale: tensor(.scale(node: index)), shift: tensor(.shift(node: index)))
            default: break
            }
        }
        return trained
    }

    /// What the trained polynomials are, in Chebyshev form; nil for sites that keep their function.
    ///
    /// - Parameter domains: By site and polynomial; nil for those of the polynomials that training started from.
    package func approximations(
        with values: [Float], domains: [[ClosedRange<Double>]]? = nil
    ) throws(TrainingError) -> [Approximation?] {
        try check(values)
        return activations.enumerated().map { site, activation in
            guard let activation else { return nil }
            let basis = HermiteBasis(degree: activation.degree)
            let coefficients = values[range(of: .coefficients(site: site))]
            let count = activation.degree + 1
            let polynomials = activation.approximation.polynomials.enumerated().map { index, start in
                let own = coefficients.dropFirst(index * count).prefix(count).map(Double.init)
                return activation.variables[index].polynomial(
                    ofPowers: basis.powers(of: own), domain: domains?[site][index] ?? start.domain)
            }
            return Approximation(granularity: activation.approximation.granularity, polynomials: polynomials)
        }
    }

    /// The quadratics that normalised expansions are with their running statistics, in Chebyshev form, by site; nil for
    /// sites that have none.
    ///
    /// - Parameter domains: By site and channel.
    package func foldedExpansions(
        with values: [Float], domains: [[ClosedRange<Double>]]
    ) throws(TrainingError) -> [Approximation?] {
        try check(values)
        return graph.sites.indices.map { site in
            guard let expansion = expansions[site] else { return nil }
            let scale = values[range(of: .expansionScale(site: site))]
            let shift = values[range(of: .expansionShift(site: site))]
            let polynomials = expansionStatistics(of: site, in: values).enumerated().map { channel, statistics in
                ScaledVariable.identity.polynomial(
                    ofPowers: expansion.powers(
                        statistics, scale: Double(scale[scale.startIndex + channel]),
                        shift: Double(shift[shift.startIndex + channel])),
                    domain: domains[site][channel])
            }
            return Approximation(granularity: .channel, polynomials: polynomials)
        }
    }

    /// The running statistics of a normalised expansion, by channel.
    func expansionStatistics(of site: Int, in values: [Float]) -> [NormalisedExpansion.Statistics] {
        let channels = graph.sites[site].shape.channels
        let means = values[range(of: .expansionMean(site: site))].map(Double.init)
        let variances = values[range(of: .expansionVariance(site: site))].map(Double.init)
        return (0..<channels).map { channel in
            func moments(_ term: Int) -> NormalisedExpansion.Moments {
                .init(mean: means[term * channels + channel], variance: variances[term * channels + channel])
            }
            return .init(first: moments(0), second: moments(1))
        }
    }

    /// Weights drawn anew: Gaussian, with the variance 2 / inputs that keeps the size of activations through ReLU (He
    /// et al. 2015); biases are 0, and everything else starts where ``initialValues`` does.
    package func randomValues(seed: UInt64) -> [Float] {
        var values = initialValues
        for (index, node) in graph.nodes.enumerated() {
            let inputs: Int
            switch node.operation {
            case .convolution(let convolution):
                let window = convolution.window
                inputs = convolution.inputChannels / convolution.groups * window.kernelHeight * window.kernelWidth
            case .linear(let linear): inputs = linear.inputs
            default: continue
            }
            var random = SplitMix64(seed: seed, stream: Self.weightStream, UInt64(index))
            let deviation = (2 / Double(max(inputs, 1))).squareRoot()
            for position in range(of: .weights(node: index)) {
                values[position] = Float(deviation * random.nextGaussian())
            }
            for position in range(of: .bias(node: index)) { values[position] = 0 }
        }
        return values
    }

    /// The order and the augmentation of images have the streams of their epochs; this is none of them.
    private static let weightStream = UInt64.max

    private func fold(_ node: Int, _ values: [Float], into convolution: inout Operation.Convolution) {
        let scale = values[range(of: .scale(node: node))], shift = values[range(of: .shift(node: node))]
        let mean = values[range(of: .runningMean(node: node))]
        let variance = values[range(of: .runningVariance(node: node))]
        let perOutput = convolution.weights.count / max(convolution.outputChannels, 1)
        for channel in 0..<convolution.outputChannels {
            let deviation = (Double(variance[variance.startIndex + channel]) + Self.normalisationEpsilon).squareRoot()
            let factor = Double(scale[scale.startIndex + channel]) / deviation
            for index in channel * perOutput..<(channel + 1) * perOutput {
                convolution.weights[index] = Float(Double(convolution.weights[index]) * factor)
            }
            let centred = Double(convolution.bias[channel]) - Double(mean[mean.startIndex + channel])
            convolution.bias[channel] = Float(centred * factor + Double(shift[shift.startIndex + channel]))
        }
    }
}

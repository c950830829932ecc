import Approx
import Network
import Testing

/// Small networks, each with one thing under test behind a convolution whose weights see its derivative.
enum GradientCase: String, CaseIterable, Sendable {
    case denseConvolution, stridedConvolution, groupedConvolution, dilatedConvolution, winogradConvolution
    case wideWinogradConvolution, linear, sum, doubledSum, averagePool, averagePoolWithPadding, maximumPool
    case globalAverage, affine, sliceAndPad, concatenate, residual, wideResidual

    var graph: NetworkGraph {
        switch self {
        case .residual: return SmallNetwork.residual()
        case .wideResidual: return SmallNetwork.residual(width: 8)
        case .wideWinogradConvolution: return chain(channels: 24, size: 9) { $0.convolution($1, to: 16) }
        case .winogradConvolution: return chain(channels: 8, size: 8) { $0.convolution($1, to: 8) }
        case .denseConvolution: return chain { $0.convolution($1, to: 5, kernel: 3) }
        case .groupedConvolution: return chain { $0.convolution($1, to: 4, groups: 2) }
        case .stridedConvolution:
            let window = Operation.Window(
                kernelHeight: 3, kernelWidth: 3, strideHeight: 2, strideWidth: 2, top: 1, left: 1, bottom: 1, right: 1)
            return chain(channels: 8) { $0.convolution($1, to: 8, window: window) }
        case .dilatedConvolution:
            let window = Operation.Window(
                kernelHeight: 3, kernelWidth: 2, dilationHeight: 2, top: 2, left: 0, bottom: 2, right: 1)
            return chain { $0.convolution($1, to: 5, window: window) }
        case .linear: return chain { network, value in network.linear(network.flatten(value), to: 7) }
        case .sum: return chain { $0.sum($0.activation($1, .tanh), $0.convolution($1, to: 4)) }
        case .doubledSum: return chain { $0.sum($1, $1) }
        case .averagePool:
            return pooled(
                .average(countsPadding: false), .init(kernelHeight: 2, kernelWidth: 2, strideHeight: 2, strideWidth: 2))
        case .averagePoolWithPadding:
            return pooled(
                .average(countsPadding: true),
                .init(
                    kernelHeight: 3, kernelWidth: 3, strideHeight: 2, strideWidth: 2, top: 1, left: 1, bottom: 1,
                    right: 1))
        case .maximumPool:
            return pooled(.maximum, .init(kernelHeight: 2, kernelWidth: 2, strideHeight: 2, strideWidth: 2))
        case .globalAverage:
            return chain { $0.add(.globalAveragePool, [$1], TensorShape(channels: $0.shape(of: $1).channels)) }
        case .affine: return chain { $0.affine($1) }
        case .sliceAndPad:
            return chain { network, value in
                let every = Operation.Slice.Axis(start: 1, step: 2, count: 3)
                let cut = network.add(
                    .slice(.init(channel: .init(start: 1, step: 1, count: 3), height: every, width: every)), [value],
                    TensorShape(channels: 3, height: 3, width: 3))
                let one = Operation.Pad.Axis(before: 1, after: 0), two = Operation.Pad.Axis(before: 1, after: 1)
                return network.add(
                    .pad(.init(channel: two, height: one, width: two)), [cut],
                    TensorShape(channels: 5, height: 4, width: 5))
            }
        case .concatenate:
            return chain { network, value in
                let other = network.convolution(value, to: 3)
                let shape = network.shape(of: value)
                return network.add(
                    .concatenate, [value, other, value],
                    TensorShape(channels: 11, height: shape.height, width: shape.width))
            }
        }
    }

    private func pooled(_ kind: Operation.Pool.Kind, _ window: Operation.Window) -> NetworkGraph {
        let size = window.top == 0 ? 3 : 4
        return chain(size: size == 3 ? 6 : 7) {
            $0.add(
                .pool(.init(kind: kind, window: window)), [$1], TensorShape(channels: 4, height: size, width: size))
        }
    }

    /// Convolution, tanh, what is tested, tanh, linear.
    private func chain(
        channels: Int = 4, size: Int = 6, _ tested: (inout SmallNetwork, Int) -> Int
    ) -> NetworkGraph {
        var network = SmallNetwork(input: TensorShape(channels: 3, height: size, width: size))
        let first = network.activation(network.convolution(network.input, to: channels), .tanh)
        let value = network.activation(tested(&network, first), .tanh)
        return network.graph(output: network.linear(network.flatten(value), to: 3))
    }
}

@Suite struct GradientCheckTests {
    /// Single precision against differences in double precision: 2e-4 of the largest derivative leaves room for the
    /// rounding of Winograd's transforms, and would not for a wrong term.
    @Test(arguments: GradientCase.allCases)
    func gradientsAreThoseOfFiniteDifferences(of checked: GradientCase) throws {
        try GradientCheck(TrainableNetwork(graph: checked.graph)).run(tolerance: 2e-4)
    }

    @Test(arguments: [
        ActivationFunction.relu, .leakyReLU(slope: 0.1), .clip(lower: -0.5, upper: 0.75), .sigmoid, .tanh, .silu,
        .hardSwish, .hardSigmoid(slope: 0.2, offset: 0.5), .gelu, .geluTanh, .erf,
    ])
    func functionsHaveTheirDerivatives(function: ActivationFunction) throws {
        for channels in [5, 8] {
            try GradientCheck(TrainableNetwork(graph: Self.activated(function, channels: channels))).run(
                tolerance: 2e-4)
        }
    }

    @Test(arguments: [1, 2, 3, 4, 6, 8], [Float(1), 0.375])
    func polynomialsHaveTheirDerivatives(degree: Int, blend: Float) throws {
        for (channels, granularity) in [(8, Granularity.channel), (5, .layer), (8, .layer), (5, .channel)] {
            let network = try Self.polynomial(degree, channels: channels, granularity, clamp: nil)
            try GradientCheck(network, blend: blend).run(tolerance: 5e-4)
        }
    }

    @Test(arguments: [5, 8])
    func clampedInputsPassNoGradientUnlessAsked(channels: Int) throws {
        let ranges = [-0.625...0.5]
        let ending = try Self.polynomial(2, channels: channels, .channel, clamp: .init(ranges: ranges))
        try GradientCheck(ending, blend: 0.5).run(tolerance: 5e-4)
        let passing = try Self.polynomial(
            2, channels: channels, .channel, clamp: .init(ranges: ranges, passesGradients: true))
        let check = try GradientCheck(passing, blend: 0.5)
        #expect(throws: GradientCheck.Difference.self) { try check.run(tolerance: 5e-4) }
        try check.run(tolerance: 5e-4) { role in if case .coefficients = role { true } else { false } }
    }

    @Test func gradientsAtSitesReachWhatStandsBeforeThem() throws {
        for width in [6, 8] {
            let network = try TrainableNetwork(graph: SmallNetwork.residual(width: width))
            try GradientCheck(network, sites: [0, 2, 4]).run(tolerance: 2e-4)
        }
    }

    static func activated(_ function: ActivationFunction, channels: Int) -> NetworkGraph {
        var network = SmallNetwork(input: TensorShape(channels: 3, height: 5, width: 5))
        let value = network.activation(network.convolution(network.input, to: channels), function)
        let pooled = network.add(.globalAveragePool, [network.convolution(value, to: 4)], TensorShape(channels: 4))
        return network.graph(output: pooled)
    }

    static func polynomial(
        _ degree: Int, channels: Int, _ granularity: Granularity, clamp: TrainableActivation.Clamp?
    ) throws -> TrainableNetwork {
        let graph = activated(.relu, channels: channels)
        var numbers = TestNumbers(seed: 11)
        let count = granularity == .layer ? 1 : channels
        let approximation = Approximation(
            granularity: granularity,
            polynomials: (0..<count).map { _ in
                Polynomial(
                    basis: .chebyshev, coefficients: numbers.floats(degree + 1).map(Double.init), domain: -3...2.5)
            })
        let variables = (0..<count).map { _ in
            ScaledVariable(center: 0.2 * Double(numbers.float()), scale: 1 + 0.25 * Double(numbers.float()))
        }
        return try TrainableNetwork(
            graph: graph, activations: [TrainableActivation(approximation, variables: variables, clamp: clamp)])
    }
}

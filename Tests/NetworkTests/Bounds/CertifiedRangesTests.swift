import Approx
import Network
import Testing

@Suite struct CertifiedRangesTests {
    /// Every operation once: grouped and dilated convolution, both average pools, maximum pool, slice, pad, stack,
    /// affine, sums, global average, flatten and a matrix. 7 sites.
    private static func everyOperation(maximum: Bool = true) -> NetworkGraph {
        var network = SmallNetwork(input: TensorShape(channels: 2, height: 7, width: 7))
        func window(_ size: Int, stride: Int = 1, dilation: Int = 1, pad: Int = 0) -> Operation.Window {
            .init(
                kernelHeight: size, kernelWidth: size, strideHeight: stride, strideWidth: stride,
                dilationHeight: dilation, dilationWidth: dilation, top: pad, left: pad, bottom: pad, right: pad)
        }
        let stem = network.activation(network.convolution(network.input, to: 4))
        let grouped = network.activation(network.convolution(stem, to: 4, kernel: 3, groups: 2))
        let dilated = network.activation(
            network.convolution(network.affine(grouped), to: 4, window: window(3, dilation: 2, pad: 2)))
        let joined = network.activation(network.sum(dilated, stem))
        let shape = TensorShape(channels: 4, height: 4, width: 4)
        let honest = network.add(
            .pool(.init(kind: .average(countsPadding: false), window: window(2, stride: 2, pad: 1))), [joined], shape)
        let counted = network.add(
            .pool(.init(kind: .average(countsPadding: true), window: window(2, stride: 2, pad: 1))), [joined], shape)
        let largest =
            maximum
            ? network.add(.pool(.init(kind: .maximum, window: window(2, stride: 2, pad: 1))), [joined], shape) : honest
        let even = Operation.Slice.Axis(start: 0, step: 2, count: 4)
        let cut = network.add(
            .slice(.init(channel: .init(start: 1, step: 1, count: 2), height: even, width: even)), [joined],
            TensorShape(channels: 2, height: 4, width: 4))
        let none = Operation.Pad.Axis(before: 0, after: 0)
        let padded = network.add(
            .pad(.init(channel: .init(before: 1, after: 1), height: none, width: none)), [cut], shape)
        let all = network.add(
            .concatenate, [honest, counted, largest, padded], TensorShape(channels: 16, height: 4, width: 4))
        let mixed = network.activation(network.convolution(all, to: 6, window: window(3, stride: 2, pad: 1)))
        let pooled = network.add(.globalAveragePool, [mixed], TensorShape(channels: 6))
        let hidden = network.activation(network.linear(network.flatten(mixed), to: 6))
        let last = network.activation(network.sum(hidden, network.flatten(pooled)))
        return network.graph(output: network.linear(last, to: 3))
    }

    /// Smooth curves near ReLU whose degrees, domains and granularities differ from site to site.
    private static func plan(for graph: NetworkGraph) -> [Approximation?] {
        var numbers = TestNumbers(seed: 11)
        return graph.sites.enumerated().map { site, place in
            func polynomial() -> Polynomial {
                let shift = Double(numbers.float()) / 4
                let even = [[0.3, 0.5, 0.15], [0.25, 0.5, 0.2, -0.03], [0.2, 0.45, 0.2, 0.02, 0.04]][site % 3]
                return Polynomial(
                    basis: site % 2 == 0 ? .chebyshev : .monomial, coefficients: even.map { $0 * (1 + shift) },
                    domain: -1.5 + shift...1.5)
            }
            guard site % 3 == 1 else { return Approximation(granularity: .layer, polynomials: [polynomial()]) }
            return Approximation(
                granularity: .channel, polynomials: (0..<place.shape.channels).map { _ in polynomial() })
        }
    }

    private func executor(_ graph: NetworkGraph, _ plan: [Approximation?]) -> ReferenceExecutor {
        var executor = ReferenceExecutor(graph: graph)
        executor.activation = { site, channel, x in
            plan[site]?.value(at: x, inChannel: channel) ?? graph.sites[site].function(x)
        }
        return executor
    }

    private func box(_ graph: NetworkGraph, _ half: Double) -> InputBox {
        InputBox(
            shape: graph.inputShape,
            intervals: Array(repeating: Interval(-half, half), count: graph.inputShape.count))
    }

    /// The first value beyond its bounds.
    private func violation(_ ranges: CertifiedRanges, _ graph: NetworkGraph, _ values: [[Double]]) -> String? {
        for node in graph.nodes {
            guard case .activation(let site) = node.operation else { continue }
            let input = values[node.inputs[0]]
            let plane = graph.sites[site].shape.height * graph.sites[site].shape.width
            for (index, value) in input.enumerated() where !ranges.sites[site].channels[index / plane].contains(value) {
                return "site \(site): \(value) outside of \(ranges.sites[site].channels[index / plane])"
            }
        }
        let logits = values[graph.output]
        return zip(logits, ranges.output).first { !$1.contains($0) }.map { "logit \($0) outside of \($1)" }
    }

    @Test(arguments: [true, false], [0.05, 1]) func noInputOfTheBoxIsBeyondItsBounds(affine: Bool, half: Double) throws
    {
        let graph = Self.everyOperation()
        let plan = Self.plan(for: graph)
        let ranges = try CertifiedRanges(
            of: graph, plan: plan, box: box(graph, half), usesAffineForms: affine, threads: 2
        ) { _ in }
        let executor = executor(graph, plan)
        var numbers = TestNumbers(seed: 5)
        for trial in 0..<2000 {
            let image = numbers.floats(graph.inputShape.count).map { number in
                // Every second trial is a corner of the box.
                half * (trial % 2 == 0 ? Double(number) : number < 0 ? -1 : 1)
            }
            let violation = violation(ranges, graph, executor.values(image))
            #expect(violation == nil)
        }
    }

    @Test func compositesAreBoundedToo() throws {
        let graph = Self.everyOperation()
        let (polynomial, gate) = try CompositeReLU(precision: 6, bound: 4).step
        let plan = graph.sites.map { _ in
            Approximation(granularity: .layer, polynomials: [polynomial], gate: gate) as Approximation?
        }
        let ranges = try CertifiedRanges(of: graph, plan: plan, box: box(graph, 0.05), threads: 2) { _ in }
        let executor = executor(graph, plan)
        var numbers = TestNumbers(seed: 15)
        for _ in 0..<500 {
            let image = numbers.floats(graph.inputShape.count).map { 0.05 * Double($0) }
            #expect(violation(ranges, graph, executor.values(image)) == nil)
        }
        #expect(ranges.sites[1].channels.allSatisfy { $0.isBounded })
    }

    @Test func climbingTowardsABoundDoesNotPassIt() throws {
        let graph = Self.everyOperation()
        let plan = Self.plan(for: graph)
        let ranges = try CertifiedRanges(of: graph, plan: plan, box: box(graph, 0.5), threads: 2) { _ in }
        let executor = executor(graph, plan)
        var numbers = TestNumbers(seed: 6)
        for logit in 0..<3 {
            var image = numbers.floats(graph.inputShape.count).map { $0 < 0 ? -0.5 : 0.5 }
            var best = executor.logits(image)[logit]
            for index in image.indices {
                image[index] = -image[index]
                let values = executor.values(image)
                #expect(violation(ranges, graph, values) == nil)
                if values[graph.output][logit] > best {
                    best = values[graph.output][logit]
                } else {
                    image[index] = -image[index]
                }
            }
            #expect(best <= ranges.output[logit].upper)
        }
    }

    @Test func keptActivationsAreBoundedToo() throws {
        for function in [ActivationFunction.relu, .silu, .gelu, .geluTanh, .hardSwish, .tanh, .leakyReLU(slope: 0.1)] {
            var network = SmallNetwork(input: TensorShape(channels: 2, height: 5, width: 5))
            let first = network.activation(network.convolution(network.input, to: 4), function)
            let second = network.activation(network.convolution(first, to: 4), function)
            let graph = network.graph(output: network.linear(network.flatten(second), to: 3))
            let plan: [Approximation?] = [nil, nil]
            let ranges = try CertifiedRanges(of: graph, plan: plan, box: box(graph, 2), threads: 1) { _ in }
            let executor = executor(graph, plan)
            var numbers = TestNumbers(seed: 8)
            for _ in 0..<200 {
                let image = numbers.floats(graph.inputShape.count).map { 2 * Double($0) }
                #expect(violation(ranges, graph, executor.values(image)) == nil, "\(function)")
            }
        }
    }

    /// In a linear network the largest output is the one at the corner that each weight's sign chooses.
    @Test func linearNetworksAreBoundedExactly() throws {
        let graph = Self.everyOperation(maximum: false)
        let line = Polynomial(basis: .monomial, coefficients: [0.25, 1.5], domain: -1...1)
        let plan: [Approximation?] = graph.sites.map { _ in Approximation(granularity: .layer, polynomials: [line]) }
        let half = 0.75
        let ranges = try CertifiedRanges(of: graph, plan: plan, box: box(graph, half), threads: 2) { _ in }
        let executor = executor(graph, plan)
        let zeros = Array(repeating: 0.0, count: graph.inputShape.count)
        let center = executor.logits(zeros)
        var reach = center.map { _ in 0.0 }
        for index in zeros.indices {
            var image = zeros
            image[index] = half
            for (logit, value) in executor.logits(image).enumerated() { reach[logit] += abs(value - center[logit]) }
        }
        for logit in center.indices {
            #expect(abs(ranges.output[logit].upper - center[logit] - reach[logit]) < 1e-9)
            #expect(abs(ranges.output[logit].lower - center[logit] + reach[logit]) < 1e-9)
        }
    }

    @Test func affineFormsAreNeverLooserThanIntervalsAndOftenTighter() throws {
        let graph = SmallNetwork.residual()
        let plan = Self.plan(for: graph)
        let small = box(graph, 0.02)
        let affine = try CertifiedRanges(of: graph, plan: plan, box: small, threads: 2) { _ in }
        let interval = try CertifiedRanges(of: graph, plan: plan, box: small, usesAffineForms: false, threads: 2) { _ in
        }
        for (tight, loose) in zip(affine.sites, interval.sites) {
            for (a, b) in zip(tight.channels, loose.channels) { #expect(a.lower >= b.lower && a.upper <= b.upper) }
        }
        func width(_ ranges: CertifiedRanges) -> Double { ranges.output.reduce(0) { $0 + $1.upper - $1.lower } }
        #expect(width(affine) < width(interval) / 2)
        #expect(affine.sites.allSatisfy(\.isAffine) && !interval.sites.contains(where: \.isAffine))
    }

    @Test func neitherThreadsNorRepetitionChangeABound() throws {
        let graph = SmallNetwork.residual()
        let plan = Self.plan(for: graph)
        let bounds = try [1, 2, 5].map { threads in
            try CertifiedRanges(of: graph, plan: plan, box: box(graph, 0.1), threads: threads) { _ in }.sites.map(
                \.channels)
        }
        #expect(bounds[0] == bounds[1] && bounds[1] == bounds[2])
    }

    @Test func anExplosionEndsInNoBoundAtAll() throws {
        var network = SmallNetwork(input: TensorShape(channels: 2, height: 4, width: 4))
        var value = network.input
        for _ in 0..<12 { value = network.activation(network.convolution(value, to: 3)) }
        let graph = network.graph(output: network.linear(network.flatten(value), to: 2))
        let square = Polynomial(basis: .monomial, coefficients: [0, 0, 100], domain: -1...1)
        let plan: [Approximation?] = graph.sites.map { _ in Approximation(granularity: .layer, polynomials: [square]) }
        let ranges = try CertifiedRanges(of: graph, plan: plan, box: box(graph, 1), threads: 1) { _ in }
        #expect(ranges.sites[0].interval.isBounded)
        #expect(ranges.sites[11].interval.magnitude == .infinity)
        #expect(ranges.output.allSatisfy { $0.lower <= $0.upper && !$0.lower.isNaN })
    }

    @Test func bytesAndBallsLieInTheirBoxes() throws {
        let preprocessing = Preprocessing(scale: 1 / 255, mean: [0.5, 0.25], std: [0.2, 0.3])
        let shape = TensorShape(channels: 2, height: 2, width: 2)
        let images = ImageSet(shape: shape, pixels: .bytes([0, 255, 7, 9, 100, 200, 254, 1]), labels: [0])
        let all = InputBox(pixels: 0...255, shape: shape, preprocessing: preprocessing)
        let ball = InputBox(around: 0, of: images, radius: 2, pixels: 0...255, preprocessing: preprocessing)
        var values = [Float](repeating: 0, count: shape.count)
        values.withUnsafeMutableBufferPointer { values in
            if let start = values.baseAddress { images.write(0..<1, preprocessing: preprocessing, into: start) }
        }
        for index in values.indices {
            #expect(all.intervals[index].contains(Double(values[index])))
            #expect(ball.intervals[index].contains(Double(values[index])))
            let width = ball.intervals[index].upper - ball.intervals[index].lower
            let isAtTheEdge = [0, 1, 6, 7].contains(index)
            let whole = 4 / 255 / preprocessing.std[index / 4]
            #expect(isAtTheEdge ? width < 0.9 * whole : abs(width - whole) < 1e-5)
        }
        #expect(images.pixelRange == 0...255)
    }

    @Test func aThrowingCheckpointStops() throws {
        struct Stop: Error {}
        let graph = SmallNetwork.residual()
        #expect(throws: Stop.self) {
            _ = try CertifiedRanges(of: graph, plan: Self.plan(for: graph), box: box(graph, 1), threads: 1) { _ in
                throw Stop()
            }
        }
    }
}

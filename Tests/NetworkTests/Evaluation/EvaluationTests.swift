import Approx
import Network
import Testing

@Suite struct EvaluationTests {
    private let graph = SmallNetwork.residual()
    private let images = ImageSet.random(11, shape: SmallNetwork.residual().inputShape)
    private var mixedPlan: [Approximation?] { mixedPlan(width: 6) }

    private func layer(_ coefficients: [Double], _ domain: ClosedRange<Double> = -4...4) -> Approximation {
        Approximation(
            granularity: .layer,
            polynomials: [Polynomial(basis: .chebyshev, coefficients: coefficients, domain: domain)])
    }

    /// The network's sites replaced by polynomials, which the reference runs in double precision.
    private func reference(_ graph: NetworkGraph, _ plan: [Approximation?], _ image: Int) -> [[Double]] {
        var values = [[Double]](repeating: [], count: graph.values.count)
        values[graph.input] = images.pixels(of: image)
        for node in graph.nodes {
            let shape = graph.values[node.output].shape
            if case .activation(let site) = node.operation, let approximation = plan[site] {
                values[node.output] = values[node.inputs[0]].enumerated().map { index, x in
                    approximation.polynomial(forChannel: index / (shape.height * shape.width))(x)
                }
                continue
            }
            if case .add = node.operation {
                values[node.output] = zip(values[node.inputs[0]], values[node.inputs[1]]).map(+)
                continue
            }
            // The node as a network of its own.
            let alone = NetworkGraph(
                values: [graph.values[node.inputs[0]], graph.values[node.output]], input: 0, output: 1,
                nodes: [.init(name: node.name, operation: node.operation, inputs: [0], output: 1)],
                sites: graph.sites)
            values[node.output] = ReferenceExecutor(graph: alone).logits(values[node.inputs[0]])
        }
        return values
    }

    private func mixedPlan(width: Int) -> [Approximation?] {
        [
            layer([0.5, 0.5, 0.3]), nil, layer([0.4, 0.6, 0.2, 0.1]),
            Approximation(
                granularity: .channel,
                polynomials: (0..<2 * width).map { channel in
                    let scale = Double(channel + 1) / Double(2 * width)
                    return Polynomial(
                        basis: .monomial, coefficients: [0.1 * scale, scale, 0.5], domain: -scale...(scale + 1))
                }),
            layer([0.3, 0.2, 0.1, -0.05, 0.02]),
        ]
    }

    @Test(arguments: [6, 8])
    func planMatchesDoublePrecision(width: Int) throws {
        let graph = SmallNetwork.residual(width: width)
        let plan = mixedPlan(width: width)
        let logits = try NetworkRunner(graph).logits(plan: plan, images, 0..<11) { _ in }
        for image in 0..<11 {
            let expected = reference(graph, plan, image)[graph.output]
            #expect(largestDifference(logits[image * 5..<image * 5 + 5], expected) < 1e-4)
        }
    }

    @Test func outcomeCountsLabelsAgreementAndValuesOutside() throws {
        let runner = try NetworkRunner(graph)
        let logits = try runner.logits(plan: mixedPlan, images, 0..<11) { _ in }
        let classes = (0..<11).map { image in
            let scores = Array(logits[image * 5..<image * 5 + 5])
            return Int16(scores.firstIndex(of: scores.max() ?? 0) ?? 0)
        }
        let labels = classes.enumerated().map { $0.offset < 4 ? Int32($0.element) : 99 }
        let labelled = ImageSet(shape: images.shape, pixels: images.pixels, labels: labels)
        let original = Predictions(classes: classes.enumerated().map { $0.offset < 9 ? $0.element : 77 })
        let outcome = try runner.evaluate(plan: mixedPlan, labelled, 0..<11, original: original) { _ in }
        #expect(outcome.images == 11)
        #expect(outcome.correct == 4)
        #expect(outcome.agreeing == 9)
        #expect(outcome.escaped == 0)
        #expect(outcome.predictions.classes == classes)
        #expect(outcome.outsideShare[1] == nil)
        for site in [0, 2, 3, 4] {
            let share = try #require(outcome.outsideShare[site])
            #expect(abs(share - outsideShare(of: site)) < 1e-3, "a value on the edge may round to either side")
        }
    }

    private func outsideShare(of site: Int) -> Double {
        var outside = 0
        var count = 0
        guard let approximation = mixedPlan[site] else { return -1 }
        for image in 0..<11 {
            let values = reference(graph, mixedPlan, image)
            for node in graph.nodes {
                guard case .activation(site) = node.operation else { continue }
                let shape = graph.values[node.output].shape
                for (index, x) in values[node.inputs[0]].enumerated() {
                    let polynomial = approximation.polynomial(forChannel: index / (shape.height * shape.width))
                    outside += polynomial.domain.contains(x) ? 0 : 1
                    count += 1
                }
            }
        }
        return Double(outside) / Double(count)
    }

    @Test(arguments: 0..<5)
    func singleSiteMatchesThePlanWithThatSiteAlone(site: Int) throws {
        let runner = try NetworkRunner(graph)
        let original = try runner.predict(images, 0..<11) { _ in }
        let candidates = [layer([0.5, 0.5, 0.3]), layer([0, 1]), layer([0.2, 0.3, 0.1, 0.1, 0.1, 0.1], -1...2)]
        let outcomes = try runner.evaluate(
            site: site, candidates: candidates, images, 0..<11, original: original
        ) { _ in }
        for (candidate, outcome) in zip(candidates, outcomes) {
            var plan: [Approximation?] = Array(repeating: nil, count: 5)
            plan[site] = candidate
            #expect(try runner.evaluate(plan: plan, images, 0..<11, original: original) { _ in } == outcome)
        }
    }

    @Test func escapedImagesAreCountedAndDisturbNoOther() throws {
        let runner = try NetworkRunner(graph)
        let original = try runner.predict(images, 0..<11) { _ in }
        let clean = try runner.evaluate(plan: mixedPlan, images, 0..<11, original: original) { _ in }
        let wild = images.changing([3, 10]) { $0 * 1_000 }
        let outcome = try runner.evaluate(plan: mixedPlan, wild, 0..<11, original: original) { _ in }
        #expect(outcome.escaped == 2)
        for image in 0..<11 {
            let expected = image == 3 || image == 10 ? Predictions.none : clean.predictions.classes[image]
            #expect(outcome.predictions.classes[image] == expected)
        }
        #expect(outcome.agreeing <= 9)
    }

    @Test func polynomialThatLeavesFloatsEscapes() throws {
        // T_63 at ten times the domain is about 1e82, above what a float holds.
        let steep = layer(Array(repeating: 0, count: 63) + [1], -0.3...0.3)
        let runner = try NetworkRunner(graph)
        let original = try runner.predict(images, 0..<11) { _ in }
        let outcome = try runner.evaluate(
            site: 0, candidates: [steep], images, 0..<11, original: original
        ) { _ in }[0]
        #expect(outcome.escaped == 11)
        #expect(outcome.correct == 0 && outcome.agreeing == 0)
    }
}

import Approx
import Network
import Testing

@Suite struct PlanAttributionTests {
    private let graph = SmallNetwork.residual()
    private let images = ImageSet.random(160, shape: TensorShape(channels: 3, height: 12, width: 12))
    private let preprocessing = Preprocessing.identity(channels: 3)

    /// Least-squares polynomials of a degree at which this network hardly changes, on `stretch` times what it sees.
    private func goodPlan(stretch: Float = 1) throws -> [Approximation?] {
        let seen = images.changing(Set(0..<160)) { stretch * $0 }
        let statistics = try NetworkRunner(graph: graph, preprocessing: preprocessing).capture(seen, 0..<160) { _ in }
        return try zip(statistics, graph.sites).map { statistics, site in
            try FitterKind.leastSquares.fit(
                statistics, of: site.function, degrees: [try Degree(12)], settings: FitSettings(granularity: .channel)
            ).first?.approximation
        }
    }

    private func attribution(
        _ plan: [Approximation?], refitted: NetworkGraph? = nil, images range: Range<Int> = 0..<160, threads: Int = 2
    ) throws -> PlanAttribution {
        try PlanAttribution(
            of: PlannedNetwork(original: graph, refitted: refitted, plan: plan), images, range,
            preprocessing: preprocessing, threads: threads
        ) { _ in }
    }

    private func names(_ count: Int) -> [String] { (0..<count).map { "site\($0)" } }

    // MARK: - One layer ruined

    /// On the right range, and of the wrong sign there.
    @Test func aPolynomialThatDoesNotFitIsNamed() throws {
        var plan = try goodPlan()
        let wrong = Polynomial(basis: .chebyshev, coefficients: [0, -90, 0], domain: -30...30)
        plan[2] = Approximation(granularity: .layer, polynomials: [wrong])
        let result = try attribution(plan)
        #expect(result.worstLayers.first == 2)
        #expect(result.layers[2].cause == .fit)
        #expect(result.layers[2].outsideShare == 0)
        #expect(result.layers[0].onlyThis.agreeing > 150)
        let verdict = result.verdict(names: names(5), degrees: [12, 12, 2, 12, 12])
        #expect(verdict.contains("layer 2 (site2)") && verdict.contains("raise its degree above 2"))
    }

    /// Fitted on the middle tenth of what the layer sees, where it is fine.
    @Test func aPolynomialThatWasFittedTooNarrowlyIsNamed() throws {
        var plan = try goodPlan()
        let narrow = Polynomial(basis: .monomial, coefficients: [0.05, 0.15, 0.1], domain: -0.3...0.3)
        plan[2] = Approximation(granularity: .layer, polynomials: [narrow])
        let result = try attribution(plan)
        #expect(result.worstLayers.first == 2)
        #expect(result.layers[2].cause == .range)
        #expect((result.layers[2].outsideShare ?? 1) > 0.3)
        #expect(result.verdict(names: names(5), degrees: [12, 12, 2, 12, 12]).contains("widen the range"))
    }

    /// The layer behind a ruined one is fine by itself; what is wrong is its input.
    @Test func anErrorThatComesInIsToldFromOnesOwn() throws {
        let flat = Polynomial(basis: .chebyshev, coefficients: [1, 0, 0], domain: -30...30)
        let ruined = Approximation(granularity: .layer, polynomials: [flat])
        let result = try attribution([nil, ruined, goodPlan(stretch: 3)[2], nil, nil])
        #expect(!result.worstLayers.contains(2))
        #expect(result.layers[1].cause == .fit)
        #expect(result.layers[1].inputError == 0)
        #expect(result.layers[2].cause == .accumulated)
        #expect((result.layers[2].inputError ?? 0) > 0.05)
        #expect((result.layers[2].fitError ?? 1) < (result.layers[2].accumulatedError ?? 0) / 2)
    }

    @Test func aGoodPlanNeedsNothing() throws {
        let result = try attribution(goodPlan())
        #expect(result.planned.agreeing > 150)
        #expect(result.original.agreeing == 160)
    }

    // MARK: - Against other ways to the same figures

    @Test func countsAreThoseOfTheEvaluations() throws {
        var plan = try goodPlan()
        plan[1] = nil
        let square = Polynomial(basis: .monomial, coefficients: [0.3, 0.5, 0.2], domain: -2...2)
        plan[3] = Approximation(granularity: .layer, polynomials: [square])
        let result = try attribution(plan)
        let runner = try NetworkRunner(graph: graph, preprocessing: preprocessing)
        let original = try runner.predict(images, 0..<160) { _ in }
        func counts(_ plan: [Approximation?]) throws -> (correct: Int, agreeing: Int, escaped: Int) {
            let outcome = try runner.evaluate(plan: plan, images, 0..<160, original: original) { _ in }
            return (outcome.correct, outcome.agreeing, outcome.escaped)
        }
        func isSame(_ a: PlanAttribution.Count, _ b: (correct: Int, agreeing: Int, escaped: Int)) -> Bool {
            (a.correct, a.agreeing, a.escaped) == b
        }
        #expect(try isSame(result.planned, counts(plan)))
        for site in graph.sites.indices {
            var alone: [Approximation?] = Array(repeating: nil, count: 5)
            alone[site] = plan[site]
            var without = plan
            without[site] = nil
            #expect(try isSame(result.layers[site].onlyThis, counts(alone)), "only \(site)")
            #expect(try isSame(result.layers[site].withoutThis, counts(without)), "without \(site)")
        }
        #expect(result.layers[1].cause == nil && !result.layers[1].isReplaced)
    }

    /// Twice the weights before a site and a polynomial of half its argument: the same network, so the same figures.
    @Test func refittedWeightsBelongToTheirLayersPolynomial() throws {
        let plan = try goodPlan()
        let plain = try attribution(plan)
        let owners = PlannedNetwork.owners(in: graph)
        #expect(owners == [0, nil, 1, nil, 2, nil, nil, 3, nil, 4] + Array(repeating: nil, count: 7))
        var scaled = graph
        guard case .convolution(var layer) = scaled.nodes[2].operation else { return }
        layer.weights = layer.weights.map { 2 * $0 }
        layer.bias = layer.bias.map { 2 * $0 }
        scaled.nodes[2].operation = .convolution(layer)
        var doubled = plan
        doubled[1] = plan[1].map { approximation in
            Approximation(
                granularity: .channel,
                polynomials: approximation.polynomials.map {
                    let domain = 2 * $0.domain.lowerBound...2 * $0.domain.upperBound
                    return Polynomial(basis: $0.basis, coefficients: $0.coefficients, domain: domain)
                })
        }
        let result = try attribution(doubled, refitted: scaled)
        #expect(result.planned == plain.planned)
        for site in graph.sites.indices {
            #expect(result.layers[site].onlyThis == plain.layers[site].onlyThis)
            #expect(result.layers[site].withoutThis == plain.layers[site].withoutThis)
            let pairs = [
                (result.layers[site].fitError, plain.layers[site].fitError),
                (result.layers[site].accumulatedError, plain.layers[site].accumulatedError),
                (result.layers[site].inputError, plain.layers[site].inputError),
                (result.layers[site].outputError, plain.layers[site].outputError),
            ]
            for case (let found?, let wanted?) in pairs { #expect(abs(found - wanted) < 1e-3 * wanted + 1e-9) }
        }
    }

    // MARK: - Running

    @Test func threadsChangeNothing() throws {
        var plan = try goodPlan()
        let square = Polynomial(basis: .monomial, coefficients: [0.3, 0.5, 0.2], domain: -1...1)
        plan[1] = Approximation(granularity: .layer, polynomials: [square])
        let one = try attribution(plan, images: 3..<100, threads: 1)
        for threads in [2, 5] {
            #expect(try attribution(plan, images: 3..<100, threads: threads) == one, "\(threads) threads")
        }
    }

    @Test func aThrowingCheckpointStops() throws {
        struct Stop: Error {}
        let network = try PlannedNetwork(original: graph, plan: goodPlan())
        #expect(throws: Stop.self) {
            _ = try PlanAttribution(of: network, images, 0..<160, preprocessing: preprocessing, threads: 2) { _ in
                throw Stop()
            }
        }
    }

    @Test func aPlanOfAnotherLengthIsRefused() {
        #expect(throws: InferenceError.planLength(2, sites: 5)) {
            _ = try PlannedNetwork(original: graph, plan: [nil, nil])
        }
    }
}

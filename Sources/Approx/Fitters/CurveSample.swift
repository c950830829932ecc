/// The values of one channel or layer, ready for fitting.
struct CurveSample {
    let statistics: ChannelStatistics
    let activation: ActivationFunction
    /// See ``ChannelStatistics/nodes``.
    let nodes: WeightedPoints
    let range: ClosedRange<Double>

    /// - Throws: ``ApproxError/noValues``, ``ApproxError/onlyNonFiniteValues(count:)`` or
    ///   ``ApproxError/constantInput(value:count:)`` where there is no curve to fit.
    init(_ statistics: ChannelStatistics, of activation: ActivationFunction) throws(ApproxError) {
        guard let range = statistics.range else {
            throw statistics.nonFinite > 0 ? .onlyNonFiniteValues(count: statistics.nonFinite) : .noValues
        }
        guard !statistics.isConstant else {
            throw .constantInput(value: statistics.minimum, count: statistics.count)
        }
        self.statistics = statistics
        self.activation = activation
        self.range = range
        nodes = statistics.nodes
    }

    /// - Throws: ``ApproxError/tooFewDistinctValues(found:needed:)`` when a polynomial of `degree` is not determined.
    func requireValues(for degree: Degree) throws(ApproxError) {
        let found = statistics.histogram.occupiedBins
        guard found > degree.value else {
            throw .tooFewDistinctValues(found: found, needed: degree.value + 1)
        }
    }

    /// t, the variable of the Chebyshev polynomials on the range, at `x`.
    func scaled(_ x: Double) -> Double {
        frame.scaled(x)
    }

    /// The polynomial with the Chebyshev coefficients that a linear system gave.
    ///
    /// - Throws: ``ApproxError/illConditioned(degree:reciprocalCondition:)`` when they are not worth their digits.
    func polynomial(
        of degree: Degree, _ system: (solution: [Double], reciprocalCondition: Double)?
    ) throws(ApproxError) -> Polynomial {
        guard let system, system.reciprocalCondition >= LAPACK.leastReciprocalCondition,
            system.solution.allSatisfy(\.isFinite)
        else {
            throw .illConditioned(degree: degree.value, reciprocalCondition: system?.reciprocalCondition ?? 0)
        }
        return Polynomial(basis: .chebyshev, coefficients: system.solution, domain: range)
    }

    private var frame: Polynomial { Polynomial(basis: .chebyshev, coefficients: [0], domain: range) }
}

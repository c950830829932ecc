import Approx
import Testing

@Suite struct LeastSquaresFitterTests {
    /// The raw values' least-squares polynomials on a grid, by orthonormalising powers over all values (Forsythe 1957
    /// with full reorthogonalisation): no histogram, no LAPACK, no Chebyshev polynomials.
    private func raw(_ values: [Float], _ f: ActivationFunction, upTo degree: Int, grid: [Double]) -> [[Double]] {
        let x = values.map(Double.init)
        let y = x.map { f($0) }
        func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        let scale = 1 / Double(x.count).squareRoot()
        var basis = [x.map { _ in scale }]
        var onGrid = [grid.map { _ in scale }]
        var value = grid.map { _ in dot(basis[0], y) * scale }
        var values = [value]
        for last in 0..<degree {
            var next = zip(x, basis[last]).map(*)
            var nextOnGrid = zip(grid, onGrid[last]).map(*)
            for _ in 0..<2 {
                for (vector, gridVector) in zip(basis, onGrid) {
                    let overlap = dot(vector, next)
                    next = zip(next, vector).map { $0 - overlap * $1 }
                    nextOnGrid = zip(nextOnGrid, gridVector).map { $0 - overlap * $1 }
                }
            }
            let norm = dot(next, next).squareRoot()
            basis.append(next.map { $0 / norm })
            onGrid.append(nextOnGrid.map { $0 / norm })
            let coefficient = dot(basis[last + 1], y)
            value = zip(value, onGrid[last + 1]).map { $0 + coefficient * $1 }
            values.append(value)
        }
        return values
    }

    static let samples: [(name: String, values: [Float])] = [
        ("Student's t", Samples.student5(seed: 31, count: 100_000)),
        ("mixture", Samples.mixture(seed: 32, count: 100_000)),
        ("rational tail", Samples.bell(seed: 33, count: 100_000, tail: 0.02)),
        ("few values", Samples.bell(seed: 34, count: 60, tail: 0.1)),
        ("far from zero", Samples.bell(seed: 35, count: 50_000, tail: 1).map { $0 + 40 }),
    ]

    /// 1e-4 is what the shards promise; two nodes a bin leave a hundredth of that.
    @Test(arguments: samples.indices, [ActivationFunction.relu, .silu, .geluTanh, .clip(lower: 0, upper: 6)])
    func fitFromBinsIsTheFitFromRawValues(sample: Int, activation: ActivationFunction) throws {
        let values = Self.samples[sample].values
        let degrees = try (2...7).map { try Degree($0) }
        let fits = try FitterKind.leastSquares.fit(
            Samples.layer(values), of: activation, degrees: degrees, settings: FitSettings())
        let range = fits[0].range
        let grid = (0...200).map { range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / 200 }
        let expected = raw(values, activation, upTo: 7, grid: grid)
        for fit in fits {
            let reference = expected[fit.degree.value]
            let largest = reference.map(abs).max() ?? 0
            let polynomial = fit.approximation.polynomials[0]
            let difference = zip(grid, reference).map { abs(polynomial($0) - $1) }.max() ?? .infinity
            #expect(difference < 1e-5 * largest, "\(Self.samples[sample].name), degree \(fit.degree)")
        }
    }

    @Test(arguments: Reference.all) func polynomialsAreThoseOfNumPy(reference: Reference) throws {
        for (degree, expected) in reference.leastSquares {
            let fit = try FitterKind.leastSquares.fit(
                Samples.layer(reference.values), of: .relu, degrees: [Degree(#require(Int(degree)))],
                settings: FitSettings())[0]
            let polynomial = fit.approximation.polynomials[0]
            let largest = expected.map(abs).max() ?? 0
            for (index, value) in expected.enumerated() {
                let t = -1 + Double(index) / 32
                #expect(abs(polynomial(polynomial.center + polynomial.halfWidth * t) - value) < 1e-5 * largest)
            }
        }
    }

    @Test func linePassesThroughALinearActivation() throws {
        let values = Samples.bell(seed: 36, count: 10_000, tail: 0.5).map { abs($0) + 0.5 }
        let fit = try FitterKind.leastSquares.fit(
            Samples.layer(values), of: .relu, degrees: [Degree(5)], settings: FitSettings())[0]
        #expect(fit.maximumError < 1e-11)
        #expect(fit.rootMeanSquareError < 1e-12)
    }

    @Test func errorFallsWithTheDegreeAndIsBelowTheCentroidFitters() throws {
        let statistics = Samples.layer(Samples.student5(seed: 37, count: 30_000))
        let degrees = try (2...9).map { try Degree($0) }
        let fits = try FitterKind.leastSquares.fit(statistics, of: .relu, degrees: degrees, settings: FitSettings())
        #expect(fits.map(\.degree) == degrees)
        for (lower, higher) in zip(fits, fits.dropFirst()) {
            #expect(higher.rootMeanSquareError <= lower.rootMeanSquareError * (1 + 1e-9))
        }
        let centroid = try FitterKind.centroid.fit(statistics, of: .relu, degrees: degrees, settings: FitSettings())
        for (best, other) in zip(fits, centroid) {
            #expect(best.rootMeanSquareError < other.rootMeanSquareError)
        }
    }
}

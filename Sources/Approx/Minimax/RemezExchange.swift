internal import Foundation

/// Remez's second algorithm (1934): levels the error on a reference of alternating points, moves the reference to where
/// the error is largest, and does so again until the largest error is the levelled one.
///
/// The levelled error of any reference is a lower bound of the best error, so the result carries its own proof.
struct RemezExchange {
    /// The Chebyshev polynomials of the domain that take part, ascending.
    let indices: [Int]
    /// Of the polynomial.
    let domain: ClosedRange<Double>
    /// Where errors count.
    let interval: ClosedRange<Double>
    /// Ascending points from end to end of the interval, between which the target is smooth.
    let pieces: [Double]
    let target: (Double) -> Double
    /// Positive.
    let weight: (Double) -> Double

    private static let mostIterations = 100
    /// The error is as good as levelled when it is within this share of the bound.
    private static let tolerance = 1e-10
    /// Errors below so many rounding units of the target's largest value are rounding.
    private static let roundingUnits = 64.0

    /// - Throws: ``ApproxError/noConvergence(degree:iterations:error:lowerBound:)`` or
    ///   ``ApproxError/illConditioned(degree:reciprocalCondition:)``.
    func result() throws(ApproxError) -> MinimaxPolynomial {
        let grid = self.grid
        let largest = grid.reduce(0) { max($0, abs(target($1)) * weight($1)) }
        let rounding = Self.roundingUnits * Double.ulpOfOne * largest
        var reference = start
        var lowerBound = 0.0
        var best = Double.infinity
        for iteration in 1...Self.mostIterations {
            let (polynomial, level) = try levelled(on: reference)
            let curve = ErrorCurve { (target($0) - polynomial($0)) * weight($0) }
            let extremes = curve.extremes(on: (grid + reference).sorted())
            let error = extremes.reduce(0) { max($0, abs($1.error)) }
            // At the noise of the arithmetic the level may come out above the error.
            lowerBound = max(lowerBound, min(abs(level), error))
            best = min(best, error)
            if error - lowerBound <= Self.tolerance * error + rounding {
                return MinimaxPolynomial(
                    polynomial: polynomial, error: error, lowerBound: lowerBound, reference: reference,
                    iterations: iteration)
            }
            guard let next = ErrorCurve.alternating(extremes, count: reference.count) else {
                throw noConvergence(iteration, best, lowerBound)
            }
            reference = next.map(\.x)
        }
        throw noConvergence(Self.mostIterations, best, lowerBound)
    }

    /// The polynomial whose weighted errors on `reference` alternate and are equally large, and that error.
    private func levelled(on reference: [Double]) throws(ApproxError) -> (polynomial: Polynomial, level: Double) {
        let frame = Polynomial(basis: .chebyshev, coefficients: [0], domain: domain)
        let degree = indices.last ?? 0
        let all = Matrix.chebyshev(at: reference.map { frame.scaled($0) }, degree: degree)
        var system = Matrix(rows: reference.count, columns: reference.count)
        for (row, x) in reference.enumerated() {
            for (column, index) in indices.enumerated() {
                system[row, column] = all[row, index]
            }
            system[row, indices.count] = (row % 2 == 0 ? 1 : -1) / weight(x)
        }
        let solved = LAPACK.solve(system, reference.map(target))
        guard let solved, solved.reciprocalCondition >= LAPACK.leastReciprocalCondition,
            solved.solution.allSatisfy(\.isFinite)
        else {
            throw .illConditioned(degree: degree, reciprocalCondition: solved?.reciprocalCondition ?? 0)
        }
        var coefficients = [Double](repeating: 0, count: degree + 1)
        for (column, index) in indices.enumerated() {
            coefficients[index] = solved.solution[column]
        }
        let polynomial = Polynomial(basis: .chebyshev, coefficients: coefficients, domain: domain)
        return (polynomial, solved.solution[indices.count])
    }

    /// The extremes of a Chebyshev polynomial, the inner ones moved to the right by a quarter of the way to the next.
    ///
    /// On points that lie in mirror symmetry an even or odd target can have a levelled error of 0, from which nothing
    /// is to be learnt.
    private var start: [Double] {
        let points = chebyshevPoints(indices.count + 1)
        let moved = zip(points.dropFirst(), points.dropFirst(2)).map { $0 + ($1 - $0) / 4 }
        return [points[0]] + moved + [points[points.count - 1]]
    }

    /// Ascending points, many to each oscillation of a polynomial of the degree and some to each piece of the target.
    private var grid: [Double] {
        var points = chebyshevPoints(24 * (indices.count + 1)) + pieces
        for (left, right) in zip(pieces, pieces.dropFirst()) {
            points += (1..<8).map { left + (right - left) * Double($0) / 8 }
        }
        return Set(points).sorted()
    }

    /// The extremes of a Chebyshev polynomial on the interval, ascending, both ends among them.
    private func chebyshevPoints(_ count: Int) -> [Double] {
        let center = interval.lowerBound + (interval.upperBound - interval.lowerBound) / 2
        let halfWidth = (interval.upperBound - interval.lowerBound) / 2
        let inner = (1..<count - 1).map { center - halfWidth * cos(.pi * Double($0) / Double(count - 1)) }
        return [interval.lowerBound] + inner + [interval.upperBound]
    }

    private func noConvergence(_ iterations: Int, _ error: Double, _ lowerBound: Double) -> ApproxError {
        .noConvergence(degree: indices.last ?? 0, iterations: iterations, error: error, lowerBound: lowerBound)
    }
}

/// Sums over values of one channel from which its least-squares polynomial of f on t follows: t^0 ... t^2d, f t^0 ...
/// f t^d and f^2, with t a scaled pre-activation and f the activation to be met.
package struct CurveSums: Sendable {
    /// How many sums there are.
    package static func count(degree: Int) -> Int { 3 * degree + 3 }

    let degree: Int
    private var values: [Double]

    /// - Parameter values: In the order above; `count(degree:)` of them.
    init(degree: Int, values: [Double]) {
        precondition(values.count == Self.count(degree: degree), "\(values.count) sums for degree \(degree)")
        self.degree = degree
        self.values = values
    }

    /// Over some values, each of weight 1.
    ///
    /// - Parameters:
    ///   - scaled: Pre-activations as t.
    ///   - targets: As many: f.
    init(degree: Int, of scaled: [Double], targets: [Double]) {
        var sums = [Double](repeating: 0, count: Self.count(degree: degree))
        for (t, f) in zip(scaled, targets) {
            var power = 1.0
            for exponent in 0...2 * degree {
                sums[exponent] += power
                if exponent <= degree { sums[2 * degree + 1 + exponent] += f * power }
                power *= t
            }
            sums[3 * degree + 2] += f * f
        }
        self.init(degree: degree, values: sums)
    }

    /// How much the values weigh together.
    var weight: Double { values[0] }

    /// The sums of both, those of `other` times `factor`.
    func joined(with other: CurveSums, times factor: Double) -> CurveSums {
        CurveSums(degree: degree, values: zip(values, other.values).map { $0 + factor * $1 })
    }

    /// The least-squares coefficients, ascending in t, and their mean squared error.
    ///
    /// Where the values do not tell all powers apart, as in a channel that hardly varies, the highest are left out.
    func fit() -> (coefficients: [Double], error: Double) {
        for degree in stride(from: self.degree, through: 0, by: -1) {
            guard let solution = solution(count: degree + 1) else { continue }
            let coefficients = solution + Array(repeating: 0, count: self.degree - degree)
            return (coefficients, error(of: coefficients))
        }
        return (Array(repeating: 0, count: degree + 1), .infinity)
    }

    /// The least-squares coefficients of the first `count` powers; nil where they cannot be told apart.
    private func solution(count: Int) -> [Double]? {
        var matrix = Matrix(rows: count, columns: count)
        for row in 0..<count {
            for column in 0..<count { matrix[row, column] = values[row + column] }
        }
        let right = (0..<count).map { values[2 * degree + 1 + $0] }
        guard let (solution, condition) = LAPACK.solve(matrix, right), condition > LAPACK.leastReciprocalCondition,
            solution.allSatisfy(\.isFinite)
        else { return nil }
        return solution
    }

    /// The mean squared error of a polynomial on these values; infinite where it cannot be told.
    func error(of coefficients: [Double]) -> Double {
        var sum = values[3 * degree + 2]
        // A power that was left out may have no finite sum.
        for (row, value) in coefficients.enumerated() where value != 0 {
            sum -= 2 * value * values[2 * degree + 1 + row]
            for (column, other) in coefficients.enumerated() where other != 0 {
                sum += value * other * values[row + column]
            }
        }
        return sum.isFinite && weight > 0 ? max(0, sum / weight) : .infinity
    }

    /// The variance of the activations that are to be met.
    var targetVariance: Double {
        guard weight > 0 else { return 0 }
        let mean = values[2 * degree + 1] / weight
        return max(0, values[3 * degree + 2] / weight - mean * mean)
    }
}

/// Sums over the rows of a sample from which every channel's least-squares polynomial of f on t follows, in double:
/// t^0 ... t^2d, f t^0 ... f t^d and f^2, with t the scaled pre-activation and f the activation to be met.
struct CurveMoments: Sendable {
    let degree: Int
    /// Groups of eight channels x ``terms``.
    private var sums: [SIMD8<Double>]
    /// Rows, counted by their weight.
    private var weight = 0.0

    private var terms: Int { 3 * degree + 3 }

    init(degree: Int, groups: Int) {
        self.degree = degree
        sums = Array(repeating: .zero, count: groups * (3 * degree + 3))
    }

    /// The sums of both, those of `other` counted at `share`.
    func joined(with other: CurveMoments, at share: Double = 1) -> CurveMoments {
        var result = self
        for index in sums.indices { result.sums[index] += share * other.sums[index] }
        result.weight += share * other.weight
        return result
    }

    /// Adds rows of pre-activations.
    ///
    /// - Parameters:
    ///   - movement: With a length for each channel: u + length * movement is taken in place of u.
    ///   - scaling: One for each channel: t = (u - centre) / h.
    ///   - stretch: stretch * u is taken in place of u.
    mutating func add(
        _ rows: Range<Int>, of preActivations: RowMatrix, moved movement: (lengths: [EightChannels], by: RowMatrix)?,
        scaling: ChannelScaling, stretch: Float, targets: RowMatrix, weights: [Float]
    ) {
        let width = preActivations.stride
        let degree = degree
        let terms = terms
        for row in rows { weight += Double(weights[row]) }
        sums.withUnsafeMutableBufferPointer { sums in
            guard let first = sums.baseAddress else { return }
            for group in 0..<width / 8 {
                let sum = first + group * terms
                for row in rows {
                    let offset = row * width + group * 8
                    var u = EightChannels.load(preActivations.values + offset)
                    if let movement { u += movement.lengths[group] * .load(movement.by.values + offset) }
                    let t = SIMD8<Double>(scaling.scaled(stretch * u, group: group))
                    let f = SIMD8<Double>(EightChannels.load(targets.values + offset))
                    var power = SIMD8<Double>(repeating: Double(weights[row]))
                    sum[3 * degree + 2] += f * f * power
                    for exponent in 0...degree {
                        sum[exponent] += power
                        sum[2 * degree + 1 + exponent] += f * power
                        power *= t
                    }
                    for exponent in degree + 1...2 * degree {
                        sum[exponent] += power
                        power *= t
                    }
                }
            }
        }
    }

    /// The least-squares coefficients of one channel, ascending in t, and their mean squared error.
    ///
    /// Where the values do not tell all powers apart, as in a channel that hardly varies, the highest are left out.
    func fit(channel: Int) -> (coefficients: [Double], error: Double) {
        for degree in stride(from: self.degree, through: 0, by: -1) {
            guard let solution = solution(channel: channel, count: degree + 1) else { continue }
            let coefficients = solution + Array(repeating: 0, count: self.degree - degree)
            return (coefficients, error(of: coefficients, channel: channel))
        }
        return (Array(repeating: 0, count: degree + 1), .infinity)
    }

    /// The least-squares coefficients of the first `count` powers; nil where they cannot be told apart.
    private func solution(channel: Int, count: Int) -> [Double]? {
        var matrix = Matrix(rows: count, columns: count)
        for row in 0..<count {
            for column in 0..<count { matrix[row, column] = self[row + column, channel] }
        }
        let right = (0..<count).map { self[2 * degree + 1 + $0, channel] }
        guard let (solution, condition) = LAPACK.solve(matrix, right), condition > LAPACK.leastReciprocalCondition,
            solution.allSatisfy(\.isFinite)
        else { return nil }
        return solution
    }

    /// The mean squared error of a channel's polynomial on these rows; infinite where it cannot be told.
    func error(of coefficients: [Double], channel: Int) -> Double {
        var sum = self[3 * degree + 2, channel]
        for (row, value) in coefficients.enumerated() {
            sum -= 2 * value * self[2 * degree + 1 + row, channel]
            for (column, other) in coefficients.enumerated() { sum += value * other * self[row + column, channel] }
        }
        return sum.isFinite && weight > 0 ? max(0, sum / weight) : .infinity
    }

    /// The variance of the activations that a channel is to meet.
    func targetVariance(channel: Int) -> Double {
        guard weight > 0 else { return 0 }
        let mean = self[2 * degree + 1, channel] / weight
        return max(0, self[3 * degree + 2, channel] / weight - mean * mean)
    }

    private subscript(term: Int, channel: Int) -> Double {
        sums[channel / 8 * terms + term][channel % 8]
    }
}

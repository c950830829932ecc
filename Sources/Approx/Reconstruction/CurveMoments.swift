/// The sums of all channels over the rows of a sample, in double: see ``CurveSums``.
struct CurveMoments: Sendable {
    let degree: Int
    /// Groups of eight channels x ``terms``.
    private var sums: [SIMD8<Double>]

    private var terms: Int { CurveSums.count(degree: degree) }

    init(degree: Int, groups: Int) {
        self.degree = degree
        sums = Array(repeating: .zero, count: groups * CurveSums.count(degree: degree))
    }

    /// The sums of both.
    func joined(with other: CurveMoments) -> CurveMoments {
        var result = self
        for index in sums.indices { result.sums[index] += other.sums[index] }
        return result
    }

    /// Adds rows of pre-activations.
    ///
    /// - Parameters:
    ///   - movement: With a length for each channel: u + length * movement is taken in place of u.
    ///   - scaling: One for each channel: t = (u - centre) / h.
    mutating func add(
        _ rows: Range<Int>, of preActivations: RowMatrix, moved movement: (lengths: [EightChannels], by: RowMatrix)?,
        scaling: ChannelScaling, targets: RowMatrix, weights: [Float]
    ) {
        let width = preActivations.stride
        let degree = degree
        let terms = terms
        sums.withUnsafeMutableBufferPointer { sums in
            guard let first = sums.baseAddress else { return }
            for group in 0..<width / 8 {
                let sum = first + group * terms
                for row in rows {
                    let offset = row * width + group * 8
                    var u = EightChannels.load(preActivations.values + offset)
                    if let movement { u += movement.lengths[group] * .load(movement.by.values + offset) }
                    let t = SIMD8<Double>(scaling.scaled(u, group: group))
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

    subscript(channel: Int) -> CurveSums {
        let first = channel / 8 * terms
        return CurveSums(degree: degree, values: (first..<first + terms).map { sums[$0][channel % 8] })
    }
}

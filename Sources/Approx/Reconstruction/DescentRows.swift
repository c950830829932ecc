/// The rows of a layer on the way down: pre-activations at the present weights, and passes over them on several threads.
struct DescentRows: Sendable {
    private let sample: LayerSample
    private let function: ActivationFunction
    private let threads: Int
    /// What the polynomials are to meet.
    private let activations: RowMatrix
    /// u = w a + s.
    private let preActivations: RowMatrix
    /// What a step of length 1 adds to u.
    private let movement: RowMatrix
    /// (p(u) - f) p'(u).
    private let slopes: RowMatrix
    /// From the pre-activations where they were placed last.
    private var scaling: ChannelScaling

    private var groups: Int { preActivations.stride / 8 }
    private var all: Range<Int> { 0..<sample.rows }

    init(_ sample: LayerSample, function: ActivationFunction, threads: Int) {
        self.sample = sample
        self.function = function
        self.threads = threads
        func matrix() -> RowMatrix { RowMatrix(rows: sample.rows, columns: sample.channels) }
        (activations, preActivations, movement, slopes) = (matrix(), matrix(), matrix(), matrix())
        scaling = ChannelScaling(channels: sample.channels)
    }

    /// Computes f(z) as what is to be met.
    func setActivations() {
        forEachBlock { rows in
            for row in rows {
                for channel in 0..<sample.channels {
                    let z = Double(sample.targets[row, channel]) + Double(sample.addend?[row, channel] ?? 0)
                    activations[row, channel] = Float(function(z))
                }
            }
        }
    }

    /// Computes u for `weights`, channels x features, and takes the scales from it.
    mutating func place(at weights: [Float]) {
        setPreActivations(of: weights)
        scaling = ChannelScaling(
            sums: sum { $0 += $1 }, squares: sum { $0 += $1 * $1 }, rows: sample.rows)
    }

    private func setPreActivations(of weights: [Float]) {
        forEachBlock { rows in
            BLAS.multiply(sample.inputs, rows, by: weights, into: preActivations)
            guard let addend = sample.addend else { return }
            for index in rows.lowerBound * addend.stride..<rows.upperBound * addend.stride {
                preActivations.values[index] += addend.values[index]
            }
        }
    }

    /// Computes what a step of length 1 along `directions`, channels x features, would change.
    func aim(along directions: [Float]) {
        forEachBlock { BLAS.multiply(sample.inputs, $0, by: directions, into: movement) }
    }

    /// Goes as far as `lengths` says, one for each channel.
    func move(by lengths: [Float]) {
        let lengths = EightChannels.grouped(lengths)
        forEachBlock { rows in
            for index in rows.lowerBound * groups..<rows.upperBound * groups {
                let u = preActivations.values + 8 * index
                (EightChannels.load(u) + lengths[index % groups] * .load(movement.values + 8 * index)).store(u)
            }
        }
    }

    /// - Parameter lengths: Where each channel would be after such a step; nil where it is.
    func moments(_ rows: Range<Int>, degree: Int, after lengths: [Float]? = nil) -> CurveMoments {
        let zero = CurveMoments(degree: degree, groups: groups)
        let moved = lengths.map { (lengths: EightChannels.grouped($0), by: movement) }
        let sums = RowBlocks(rows: rows, threads: threads).reduce(zero) { sum, rows in
            sum.add(
                rows, of: preActivations, moved: moved, scaling: scaling, targets: activations, weights: sample.weights)
        }
        return sums.reduce(zero) { $0.joined(with: $1) }
    }

    struct Gradient: Sendable {
        /// Half the gradient of each channel's mean squared error in its weights, channels x features.
        var values: [Double]
        /// Mean of p'(u)^2, which scales the Gram matrix into the averaged Gauss-Newton matrix; groups of channels.
        var curvatures: [SIMD8<Double>]
    }

    /// - Parameter polynomials: Coefficients of each channel, ascending in t.
    func gradient(of polynomials: [[Double]], degree: Int) -> Gradient {
        let tables = (0...degree).map { power in EightChannels.grouped(polynomials.map { Float($0[power]) }) }
        var total = Gradient(
            values: Array(repeating: 0, count: sample.channels * sample.features),
            curvatures: Array(repeating: .zero, count: groups))
        let blocks = RowBlocks(rows: sample.trainingRows, threads: threads)
        let sums = blocks.reduce(total, size: total.values.count) { sum, rows in
            for group in 0..<groups {
                sum.curvatures[group] += setSlopes(rows, group: group, tables: tables.map { $0[group] })
            }
            BLAS.addProduct(slopes, sample.inputs, rows, to: &sum.values)
        }
        let share = 1 / sample.trainingWeight
        for sum in sums {
            for index in sum.values.indices { total.values[index] += share * sum.values[index] }
            for index in sum.curvatures.indices { total.curvatures[index] += share * sum.curvatures[index] }
        }
        return total
    }

    /// - Returns: The sum of p'(u)^2 over the rows.
    private func setSlopes(_ rows: Range<Int>, group: Int, tables: [EightChannels]) -> SIMD8<Double> {
        let inverse = scaling.inverse[group]
        var curvature = SIMD8<Double>.zero
        for row in rows {
            let offset = row * preActivations.stride + 8 * group
            let t = scaling.scaled(.load(preActivations.values + offset), group: group)
            var value = EightChannels.zero
            var slope = EightChannels.zero
            for coefficient in tables.reversed() {
                slope = slope * t + value
                value = value * t + coefficient
            }
            slope *= inverse
            let weight = sample.weights[row]
            ((value - .load(activations.values + offset)) * slope * weight).store(slopes.values + offset)
            let precise = SIMD8<Double>(slope)
            curvature += precise * precise * Double(weight)
        }
        return curvature
    }

    private func forEachBlock(_ body: @Sendable (Range<Int>) -> Void) {
        RowBlocks(rows: all, threads: threads).forEach(body)
    }

    /// Sums up something of every channel's pre-activations.
    private func sum(_ add: @Sendable (inout SIMD8<Double>, SIMD8<Double>) -> Void) -> [SIMD8<Double>] {
        let zero = Array(repeating: SIMD8<Double>.zero, count: groups)
        let sums = RowBlocks(rows: all, threads: threads).reduce(zero) { sum, rows in
            for index in rows.lowerBound * groups..<rows.upperBound * groups {
                add(&sum[index % groups], SIMD8<Double>(EightChannels.load(preActivations.values + 8 * index)))
            }
        }
        return sums.reduce(zero) { zip($0, $1).map(+) }
    }
}

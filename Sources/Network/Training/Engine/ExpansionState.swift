internal import CDNNL

/// One normalised expansion in one session, with the statistics of the micro-batch.
struct ExpansionState {
    private var statistics: [NormalisedExpansion.Statistics]
    /// Five rows of padded channels for the kernels.
    private var table: [Float]
    private let padded: Int

    init(channels: Int) {
        let none = NormalisedExpansion.Moments(mean: 0, variance: 1)
        statistics = Array(repeating: .init(first: none, second: none), count: channels)
        padded = (channels + 15) / 16 * 16
        table = Array(repeating: 0, count: 5 * padded)
    }

    /// - Parameters:
    ///   - sums: Room for three rows of padded channels.
    ///   - gradient: Carries the statistics to the averages over steps; nil in a pass that is not for training.
    /// - Returns: Whether all values are finite.
    mutating func forward(
        _ expansion: TrainingProgram.Expansion, _ tensor: BatchTensor, _ x: UnsafePointer<Float>,
        _ y: UnsafeMutablePointer<Float>, values: UnsafePointer<Float>, sums: UnsafeMutablePointer<Double>,
        gradient: UnsafeMutablePointer<Float>?
    ) -> Bool {
        var described = tensor.described
        let squares = sums + tensor.paddedChannels, fourths = squares + tensor.paddedChannels
        let count = Double(tensor.images * tensor.shape.height * tensor.shape.width)
        cdnnl_power_sums(&described, x, sums, squares, fourths)
        var isFinite = true
        for channel in 0..<expansion.channels {
            let mean = sums[channel] / count, square = squares[channel] / count
            let own = NormalisedExpansion.Statistics(
                first: .init(mean: mean, variance: max(square - mean * mean, 0)),
                second: .init(mean: square, variance: max(fourths[channel] / count - square * square, 0)))
            statistics[channel] = own
            let powers = expansion.function.powers(
                own, scale: Double(values[expansion.scale.lowerBound + channel]),
                shift: Double(values[expansion.shift.lowerBound + channel]))
            for (row, factor) in powers.enumerated() {
                table[row * padded + channel] = Float(factor)
                isFinite = isFinite && Float(factor).isFinite
            }
            // As PyTorch's running averages, those of the population.
            let population = count / max(count - 1, 1)
            for (term, moments) in [own.first, own.second].enumerated() {
                let place = term * expansion.channels + channel
                gradient?[expansion.mean.lowerBound + place] = Float(moments.mean)
                gradient?[expansion.variance.lowerBound + place] = Float(moments.variance * population)
            }
        }
        table.withUnsafeBufferPointer { table in
            guard let rows = table.baseAddress else { return }
            cdnnl_quadratic(&described, x, y, rows, rows + padded, rows + 2 * padded)
        }
        return isFinite
    }

    /// With n_k the normalised terms and averages over the micro-batch, each term passes on what a batch normalisation
    /// does, slope_k (dy - mean(dy) - n_k mean(dy n_k)), and the second one 2 x times that.
    mutating func backward(
        _ expansion: TrainingProgram.Expansion, _ tensor: BatchTensor, _ x: UnsafePointer<Float>,
        _ dy: UnsafePointer<Float>, to target: (dx: UnsafeMutablePointer<Float>, accumulates: Bool)?,
        values: UnsafePointer<Float>, sums: UnsafeMutablePointer<Double>, gradient: UnsafeMutablePointer<Float>
    ) {
        var described = tensor.described
        let products = sums + tensor.paddedChannels, squareProducts = products + tensor.paddedChannels
        let count = Double(tensor.images * tensor.shape.height * tensor.shape.width)
        let f = expansion.function.coefficients
        cdnnl_power_products(&described, dy, x, sums, products, squareProducts)
        for channel in 0..<expansion.channels {
            let own = statistics[channel], deviations = own.deviations, sum = sums[channel]
            let first = (products[channel] - own.first.mean * sum) / deviations.first
            let second = (squareProducts[channel] - own.second.mean * sum) / deviations.second
            gradient[expansion.scale.lowerBound + channel] = Float(f[0] * sum + f[1] * first + f[2] * second)
            gradient[expansion.shift.lowerBound + channel] = Float(sum)
            let scale = Double(values[expansion.scale.lowerBound + channel])
            let linear = scale * f[1] / deviations.first, square = scale * f[2] / deviations.second
            let pull = linear * first / (deviations.first * count)
            let squarePull = 2 * square * second / (deviations.second * count)
            let rows = [
                linear, 2 * square, own.first.mean * pull - linear * sum / count,
                own.second.mean * squarePull - 2 * square * sum / count - pull, -squarePull,
            ]
            for (row, factor) in rows.enumerated() { table[row * padded + channel] = Float(factor) }
        }
        guard let target else { return }
        cdnnl_quadratic_backward(&described, dy, x, target.dx, target.accumulates ? 1 : 0, table, padded)
    }
}

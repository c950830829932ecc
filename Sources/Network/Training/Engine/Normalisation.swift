internal import CDNNL

/// One batch normalisation in one session: y = scale (x - mean) / sqrt(variance + epsilon) + shift, with the mean and
/// the variance of the micro-batch (Ioffe and Szegedy 2015).
struct NormalisationState {
    private var mean: [Double]
    private var inverseDeviation: [Double]
    // Tables for the kernels, padded to whole blocks of any kind.
    private var factor: [Float]
    private var product: [Float]
    private var offset: [Float]

    init(channels: Int) {
        let padded = (channels + 15) / 16 * 16
        mean = Array(repeating: 0, count: channels)
        inverseDeviation = mean
        factor = Array(repeating: 0, count: padded)
        product = factor
        offset = factor
    }

    /// - Parameters:
    ///   - sums: Room for two rows of padded channels.
    ///   - gradient: Carries the statistics to the averages over steps; nil in a pass that is not for training.
    mutating func forward(
        _ normalisation: TrainingProgram.Normalisation, _ tensor: BatchTensor, _ x: UnsafePointer<Float>,
        _ y: UnsafeMutablePointer<Float>, values: UnsafePointer<Float>, sums: UnsafeMutablePointer<Double>,
        gradient: UnsafeMutablePointer<Float>?
    ) {
        var described = tensor.described
        let squares = sums + tensor.paddedChannels
        let count = Double(tensor.images * tensor.shape.height * tensor.shape.width)
        cdnnl_channel_sums(&described, x, x, sums, squares)
        for channel in 0..<normalisation.channels {
            let average = sums[channel] / count
            let variance = max(squares[channel] / count - average * average, 0)
            mean[channel] = average
            inverseDeviation[channel] = 1 / (variance + TrainableNetwork.normalisationEpsilon).squareRoot()
            let scale = Double(values[normalisation.scale.lowerBound + channel]) * inverseDeviation[channel]
            factor[channel] = Float(scale)
            offset[channel] = Float(Double(values[normalisation.shift.lowerBound + channel]) - average * scale)
            gradient?[normalisation.mean.lowerBound + channel] = Float(average)
            // As PyTorch's running average, that of the population.
            gradient?[normalisation.variance.lowerBound + channel] = Float(variance * count / max(count - 1, 1))
        }
        cdnnl_affine(&described, x, y, factor, offset)
    }

    /// With x^ the normalised input and averages over the micro-batch, dx = scale / deviation (dy - mean(dy) - x^
    /// mean(dy x^)); the gradients of scale and shift are the sums of dy x^ and of dy.
    mutating func backward(
        _ normalisation: TrainingProgram.Normalisation, _ tensor: BatchTensor, _ x: UnsafePointer<Float>,
        _ dy: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>, accumulates: Bool,
        values: UnsafePointer<Float>, sums: UnsafeMutablePointer<Double>, gradient: UnsafeMutablePointer<Float>
    ) {
        var described = tensor.described
        let products = sums + tensor.paddedChannels
        let count = Double(tensor.images * tensor.shape.height * tensor.shape.width)
        cdnnl_channel_sums(&described, dy, x, sums, products)
        for channel in 0..<normalisation.channels {
            let inverse = inverseDeviation[channel], average = mean[channel]
            let shift = sums[channel], scale = (products[channel] - average * shift) * inverse
            gradient[normalisation.scale.lowerBound + channel] = Float(scale)
            gradient[normalisation.shift.lowerBound + channel] = Float(shift)
            let slope = Double(values[normalisation.scale.lowerBound + channel]) * inverse
            factor[channel] = Float(slope)
            product[channel] = Float(-slope * inverse * scale / count)
            offset[channel] = Float(slope * (average * inverse * scale - shift) / count)
        }
        cdnnl_combine_backward(&described, dy, x, dx, accumulates ? 1 : 0, factor, product, offset)
    }
}

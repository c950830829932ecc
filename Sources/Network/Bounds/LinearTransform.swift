/// A node that is linear in its one input, applied in double precision to parts of tensors.
struct LinearTransform: Sendable {
    /// Which matrix is applied: the node's own, or that of its entries' magnitudes, which carries radii.
    enum Entries {
        case signed
        case magnitudes

        func callAsFunction(_ weight: Float) -> Double { self == .signed ? Double(weight) : abs(Double(weight)) }
    }

    private let operation: Operation
    private let input: TensorShape
    private let output: TensorShape

    /// nil for sums, stacks, activations and maximum pools, which are not linear in one input.
    init?(_ operation: Operation, from input: TensorShape, to output: TensorShape) {
        switch operation {
        case .add, .concatenate, .activation: return nil
        case .pool(let pool) where pool.kind == .maximum: return nil
        default: break
        }
        self.operation = operation
        self.input = input
        self.output = output
    }

    /// The most products that are summed into one output.
    var terms: Int {
        switch operation {
        case .convolution(let layer):
            layer.inputChannels / layer.groups * layer.window.kernelHeight * layer.window.kernelWidth
        case .linear(let layer): layer.inputs
        case .pool(let pool): pool.window.kernelHeight * pool.window.kernelWidth
        case .globalAveragePool: input.height * input.width
        case .affine: 1
        default: 0
        }
    }

    /// What is added to each output channel; nil where that is nothing.
    var bias: [Float]? {
        switch operation {
        case .convolution(let layer): layer.bias
        case .linear(let layer): layer.bias
        case .affine(_, let shift): shift
        default: nil
        }
    }

    /// The matrix times `patch`, without the bias.
    func callAsFunction(_ patch: Patch, _ entries: Entries = .signed) -> Patch {
        switch operation {
        case .convolution(let layer): convolve(layer, patch, entries)
        case .linear(let layer): multiply(layer, patch, entries)
        case .affine(let scale, _): scaled(patch, by: scale.map { entries($0) })
        case .pool(let pool): pooled(patch, pool)
        case .globalAveragePool: averaged(patch)
        case .slice(let slice): cut(patch, slice, to: output)
        case .pad(let pad): padded(patch, pad, to: output)
        default: flattened(patch, from: input, to: output)
        }
    }

    // MARK: - Windows

    private func convolve(_ layer: Operation.Convolution, _ patch: Patch, _ entries: Entries) -> Patch {
        let window = layer.window
        let (rows, columns) = span(of: patch, window)
        var result = Patch(channels: output.channels, rows: rows, columns: columns)
        let inputs = layer.inputChannels / layer.groups
        let perGroup = layer.outputChannels / layer.groups
        let area = window.kernelHeight * window.kernelWidth
        result.values.withUnsafeMutableBufferPointer { target in
            patch.values.withUnsafeBufferPointer { source in
                for channel in 0..<layer.outputChannels {
                    for index in 0..<inputs {
                        let from = (channel / perGroup * inputs + index) * patch.rows.count
                        for tap in 0..<area {
                            let weight = entries(layer.weights[(channel * inputs + index) * area + tap])
                            guard weight != 0 else { continue }
                            WindowTap(window, row: tap / window.kernelWidth, column: tap % window.kernelWidth)
                                .forEachRow(
                                    from: patch.rows, patch.columns, to: rows, columns
                                ) { row, column, inputRow, inputColumn, count in
                                    let to = (channel * rows.count + row) * columns.count + column
                                    let start = (from + inputRow) * patch.columns.count + inputColumn
                                    let step = window.strideWidth
                                    for offset in 0..<count {
                                        target[to + offset] += weight * source[start + offset * step]
                                    }
                                }
                        }
                    }
                }
            }
        }
        return result
    }

    private func pooled(_ patch: Patch, _ pool: Operation.Pool) -> Patch {
        let window = pool.window
        let (rows, columns) = span(of: patch, window)
        var result = Patch(channels: output.channels, rows: rows, columns: columns)
        for channel in 0..<output.channels {
            for tap in 0..<window.kernelHeight * window.kernelWidth {
                WindowTap(window, row: tap / window.kernelWidth, column: tap % window.kernelWidth).forEachRow(
                    from: patch.rows, patch.columns, to: rows, columns
                ) { row, column, inputRow, inputColumn, count in
                    let to = (channel * rows.count + row) * columns.count + column
                    let start = (channel * patch.rows.count + inputRow) * patch.columns.count + inputColumn
                    for offset in 0..<count {
                        result.values[to + offset] += patch.values[start + offset * window.strideWidth]
                    }
                }
            }
        }
        var index = 0
        for _ in 0..<output.channels {
            for row in rows {
                for column in columns {
                    result.values[index] /= Double(pool.divisor(row: row, column: column, of: input))
                    index += 1
                }
            }
        }
        return result
    }

    /// The rows and columns of the output that a window makes from those of a patch.
    private func span(of patch: Patch, _ window: Operation.Window) -> (rows: Range<Int>, columns: Range<Int>) {
        func span(_ part: Range<Int>, _ kernel: Int, _ stride: Int, _ dilation: Int, _ pad: Int, _ size: Int)
            -> Range<Int>
        {
            guard !part.isEmpty else { return 0..<0 }
            let first = max(0, part.lowerBound + pad - (kernel - 1) * dilation + stride - 1) / stride
            let last = min(size - 1, (part.upperBound - 1 + pad) / stride)
            return first <= last ? first..<last + 1 : 0..<0
        }
        return (
            span(
                patch.rows, window.kernelHeight, window.strideHeight, window.dilationHeight, window.top, output.height),
            span(
                patch.columns, window.kernelWidth, window.strideWidth, window.dilationWidth, window.left, output.width)
        )
    }

    // MARK: - Sums

    private func multiply(_ layer: Operation.Linear, _ patch: Patch, _ entries: Entries) -> Patch {
        var result = Patch(channels: output.channels, rows: 0..<1, columns: 0..<1)
        for index in 0..<layer.outputs {
            var sum = 0.0
            patch.forEachRow(in: input) { own, whole in
                for offset in 0..<patch.columns.count {
                    let weight = entries(layer.weights[index * layer.inputs + whole + offset])
                    if weight != 0 { sum += weight * patch.values[own + offset] }
                }
            }
            result.values[index] = sum
        }
        return result
    }

    private func averaged(_ patch: Patch) -> Patch {
        let area = patch.rows.count * patch.columns.count
        let means = (0..<patch.channels).map { channel in
            patch.values[channel * area..<(channel + 1) * area].reduce(0, +) / Double(input.height * input.width)
        }
        return Patch(means, shape: output)
    }

    private func scaled(_ patch: Patch, by factors: [Double]) -> Patch {
        var result = patch
        let area = patch.rows.count * patch.columns.count
        for index in result.values.indices where result.values[index] != 0 {
            result.values[index] *= factors[index / area]
        }
        return result
    }
}

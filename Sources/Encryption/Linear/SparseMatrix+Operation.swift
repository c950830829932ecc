internal import Network

extension SparseMatrix {
    /// What a node that is linear in one input does to it, without its bias; nil for other nodes.
    ///
    /// Elements stand in channel, height, width order on both sides.
    init?(_ operation: Operation, from input: TensorShape, to output: TensorShape) {
        switch operation {
        case .convolution(let layer): self.init(layer, from: input, to: output)
        case .linear(let layer):
            self.init(columnCount: layer.inputs)
            for row in 0..<layer.outputs {
                for column in 0..<layer.inputs {
                    append(column: column, Double(layer.weights[row * layer.inputs + column]))
                }
                endRow()
            }
        case .affine(let scale, _):
            let area = input.height * input.width
            self.init(diagonal: (0..<input.count).map { Double(scale[$0 / area]) })
        case .pool(let pool) where pool.kind != .maximum: self.init(pool, from: input, to: output)
        case .globalAveragePool:
            let area = input.height * input.width
            self.init(columnCount: input.count)
            for channel in 0..<output.channels {
                for place in 0..<area { append(column: channel * area + place, 1 / Double(area)) }
                endRow()
            }
        case .slice(let slice):
            self.init(from: input, to: output) { channel, row, column in
                (
                    slice.channel.start + channel * slice.channel.step, slice.height.start + row * slice.height.step,
                    slice.width.start + column * slice.width.step
                )
            }
        case .pad(let pad):
            self.init(from: input, to: output) { channel, row, column in
                (channel - pad.channel.before, row - pad.height.before, column - pad.width.before)
            }
        case .flatten: self.init(diagonal: [Double](repeating: 1, count: input.count))
        default: return nil
        }
    }

    private init(_ layer: Operation.Convolution, from input: TensorShape, to output: TensorShape) {
        self.init(columnCount: input.count)
        let window = layer.window
        let inputs = layer.inputChannels / layer.groups
        let perGroup = layer.outputChannels / layer.groups
        let area = window.kernelHeight * window.kernelWidth
        for channel in 0..<output.channels {
            for row in 0..<output.height {
                for column in 0..<output.width {
                    for index in 0..<inputs {
                        let plane = channel / perGroup * inputs + index
                        let weights = (channel * inputs + index) * area
                        window.forEachTap(row: row, column: column, of: input) { tap, inputRow, inputColumn in
                            append(
                                column: (plane * input.height + inputRow) * input.width + inputColumn,
                                Double(layer.weights[weights + tap]))
                        }
                    }
                    endRow()
                }
            }
        }
    }

    private init(_ pool: Operation.Pool, from input: TensorShape, to output: TensorShape) {
        self.init(columnCount: input.count)
        let window = pool.window
        for channel in 0..<output.channels {
            for row in 0..<output.height {
                for column in 0..<output.width {
                    var places: [Int] = []
                    window.forEachTap(row: row, column: column, of: input) { _, inputRow, inputColumn in
                        places.append((channel * input.height + inputRow) * input.width + inputColumn)
                    }
                    let countsPadding = pool.kind == .average(countsPadding: true)
                    let divisor = countsPadding ? window.kernelHeight * window.kernelWidth : max(places.count, 1)
                    for place in places { append(column: place, 1 / Double(divisor)) }
                    endRow()
                }
            }
        }
    }

    /// A choice of elements: each output reads one place of the input, or 0 where that lies outside.
    private init(
        from input: TensorShape, to output: TensorShape,
        place: (_ channel: Int, _ row: Int, _ column: Int) -> (channel: Int, row: Int, column: Int)
    ) {
        self.init(columnCount: input.count)
        for channel in 0..<output.channels {
            for row in 0..<output.height {
                for column in 0..<output.width {
                    let from = place(channel, row, column)
                    if (0..<input.channels).contains(from.channel), (0..<input.height).contains(from.row),
                        (0..<input.width).contains(from.column)
                    {
                        append(column: (from.channel * input.height + from.row) * input.width + from.column, 1)
                    }
                    endRow()
                }
            }
        }
    }
}

extension Operation.Window {
    /// Calls `body` for each place of the kernel that lies inside of the input, in row-major order.
    fileprivate func forEachTap(
        row: Int, column: Int, of input: TensorShape, _ body: (_ tap: Int, _ row: Int, _ column: Int) -> Void
    ) {
        for y in 0..<kernelHeight {
            let inputRow = row * strideHeight - top + y * dilationHeight
            guard (0..<input.height).contains(inputRow) else { continue }
            for x in 0..<kernelWidth {
                let inputColumn = column * strideWidth - left + x * dilationWidth
                guard (0..<input.width).contains(inputColumn) else { continue }
                body(y * kernelWidth + x, inputRow, inputColumn)
            }
        }
    }
}

extension Operation {
    /// What the node adds to each element of its output.
    func bias(for output: TensorShape) -> [Double] {
        let channels: [Float]
        switch self {
        case .convolution(let layer): channels = layer.bias
        case .linear(let layer): channels = layer.bias
        case .affine(_, let shift): channels = shift
        default: return [Double](repeating: 0, count: output.count)
        }
        let area = output.height * output.width
        return (0..<output.count).map { Double(channels[$0 / area]) }
    }
}

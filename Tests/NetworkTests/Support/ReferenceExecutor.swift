internal import Approx
internal import Network

/// Runs a network one image at a time with plain loops over its nodes, in double precision.
///
/// Slow, and independent of the product's inference: tests compare both with it and with ONNX Runtime.
struct ReferenceExecutor {
    let graph: NetworkGraph
    /// What a site does to a value of one of its channels; the network's own function where nil.
    var activation: ((_ site: Int, _ channel: Int, _ x: Double) -> Double)?

    /// The network's output for one image, channels x height x width.
    func logits(_ image: [Double]) -> [Double] {
        values(image)[graph.output]
    }

    /// What every value of the network is for one image, by ``NetworkGraph/ValueID``.
    func values(_ image: [Double]) -> [[Double]] {
        var values = [[Double]](repeating: [], count: graph.values.count)
        precondition(image.count == graph.inputShape.count)
        values[graph.input] = image
        for node in graph.nodes {
            let inputs = node.inputs.map { Tensor(shape: graph.values[$0].shape, elements: values[$0]) }
            let result = run(node.operation, inputs, to: graph.values[node.output].shape)
            precondition(result.count == graph.values[node.output].shape.count, "\(node.name) made \(result.count)")
            values[node.output] = result
        }
        return values
    }

    private struct Tensor {
        let shape: TensorShape
        let elements: [Double]

        /// 0 outside the image.
        func padded(_ channel: Int, _ row: Int, _ column: Int) -> Double {
            isInside(row, column) && (0..<shape.channels).contains(channel)
                ? elements[(channel * shape.height + row) * shape.width + column] : 0
        }

        func isInside(_ row: Int, _ column: Int) -> Bool {
            (0..<shape.height).contains(row) && (0..<shape.width).contains(column)
        }
    }

    private func run(_ operation: Operation, _ inputs: [Tensor], to shape: TensorShape) -> [Double] {
        let input = inputs[0]
        switch operation {
        case .convolution(let layer):
            return every(shape) { channel, row, column in convolve(layer, input, channel, row, column) }
        case .linear(let layer):
            return (0..<layer.outputs).map { output in
                (0..<layer.inputs).reduce(Double(layer.bias[output])) { sum, index in
                    sum + Double(layer.weights[output * layer.inputs + index]) * input.elements[index]
                }
            }
        case .add:
            return zip(inputs[0].elements, inputs[1].elements).map(+)
        case .activation(let site):
            guard let activation else { return input.elements.map { graph.sites[site].function($0) } }
            let plane = shape.height * shape.width
            return input.elements.enumerated().map { activation(site, $0 / plane, $1) }
        case .pool(let pool):
            return every(shape) { channel, row, column in reduce(pool, input, channel, row, column) }
        case .globalAveragePool:
            let area = input.shape.height * input.shape.width
            return (0..<shape.channels).map { channel in
                input.elements[channel * area..<(channel + 1) * area].reduce(0, +) / Double(area)
            }
        case .affine(let scale, let shift):
            return every(shape) { channel, row, column in
                input.padded(channel, row, column) * Double(scale[channel]) + Double(shift[channel])
            }
        case .slice(let slice):
            return every(shape) { channel, row, column in
                input.padded(
                    slice.channel.start + channel * slice.channel.step, slice.height.start + row * slice.height.step,
                    slice.width.start + column * slice.width.step)
            }
        case .pad(let pad):
            return every(shape) { channel, row, column in
                input.padded(channel - pad.channel.before, row - pad.height.before, column - pad.width.before)
            }
        case .concatenate:
            return inputs.flatMap(\.elements)
        case .flatten:
            return input.elements
        }
    }

    private func every(_ shape: TensorShape, _ element: (Int, Int, Int) -> Double) -> [Double] {
        var elements: [Double] = []
        for channel in 0..<shape.channels {
            for row in 0..<shape.height {
                for column in 0..<shape.width { elements.append(element(channel, row, column)) }
            }
        }
        return elements
    }

    private func convolve(
        _ layer: Operation.Convolution, _ input: Tensor, _ output: Int, _ row: Int, _ column: Int
    ) -> Double {
        let window = layer.window
        let inputsPerGroup = layer.inputChannels / layer.groups
        let group = output / (layer.outputChannels / layer.groups)
        var sum = Double(layer.bias[output])
        for index in 0..<inputsPerGroup {
            for y in 0..<window.kernelHeight {
                for x in 0..<window.kernelWidth {
                    let weight = layer.weights[
                        ((output * inputsPerGroup + index) * window.kernelHeight + y) * window.kernelWidth + x]
                    sum +=
                        Double(weight)
                        * input.padded(
                            group * inputsPerGroup + index,
                            row * window.strideHeight - window.top + y * window.dilationHeight,
                            column * window.strideWidth - window.left + x * window.dilationWidth)
                }
            }
        }
        return sum
    }

    private func reduce(
        _ pool: Operation.Pool, _ input: Tensor, _ channel: Int, _ row: Int, _ column: Int
    ) -> Double {
        let window = pool.window
        var seen: [Double] = []
        for y in 0..<window.kernelHeight {
            for x in 0..<window.kernelWidth {
                let inputRow = row * window.strideHeight - window.top + y
                let inputColumn = column * window.strideWidth - window.left + x
                if input.isInside(inputRow, inputColumn) { seen.append(input.padded(channel, inputRow, inputColumn)) }
            }
        }
        return switch pool.kind {
        case .maximum: seen.max() ?? -.infinity
        case .average(let countsPadding):
            seen.reduce(0, +) / Double(countsPadding ? window.kernelHeight * window.kernelWidth : seen.count)
        }
    }
}

import Foundation

/// Runs an ONNX file node by node in single precision, one image at a time, with plain loops.
///
/// It reads what the specification says of the operators that the exporter writes, and shares no code with the product.
struct ONNXInterpreter {
    struct Tensor {
        /// Of one image: the first is 1.
        var dimensions: [Int]
        var values: [Float]

        init(_ dimensions: [Int], _ values: [Float]) {
            precondition(dimensions.reduce(1, *) == values.count, "\(values.count) values for \(dimensions)")
            self.dimensions = dimensions
            self.values = values
        }
    }

    let file: ONNXFile

    /// The output for one image, whose values stand in the file's layout.
    func logits(_ image: [Float]) -> [Float] {
        let input = file.inputs[0]
        var tensors = [input.name: Tensor(input.dimensions.map(abs), image)]
        for (name, constant) in file.constants where !constant.reals.isEmpty {
            tensors[name] = Tensor(constant.dimensions, constant.reals)
        }
        for node in file.nodes {
            tensors[node.output] = run(node, node.inputs.map { tensors[$0] ?? Tensor([0], []) })
        }
        let output = file.outputs[0]
        let result = tensors[output.name] ?? Tensor([0], [])
        precondition(result.dimensions == output.dimensions.map(abs), "\(result.dimensions)")
        return result.values
    }

    private func run(_ node: ONNXFile.Node, _ inputs: [Tensor]) -> Tensor {
        let x = inputs[0]
        func each(_ function: (Float) -> Float) -> Tensor { Tensor(x.dimensions, x.values.map(function)) }
        switch node.operation {
        case "Add": return combined(inputs, +)
        case "Sub": return combined(inputs, -)
        case "Mul": return combined(inputs, *)
        case "Relu": return each { max($0, 0) }
        case "LeakyRelu":
            let slope = node.reals["alpha"] ?? .nan
            return each { $0 < 0 ? slope * $0 : $0 }
        case "Sigmoid": return each { 1 / (1 + exp(-$0)) }
        case "Tanh": return each { tanh($0) }
        case "Erf": return each { erf($0) }
        case "HardSigmoid":
            let (slope, offset) = (node.reals["alpha"] ?? .nan, node.reals["beta"] ?? .nan)
            return each { min(max(slope * $0 + offset, 0), 1) }
        case "Clip":
            let lower = node.inputs[1].isEmpty ? -Float.infinity : inputs[1].values[0]
            let upper = node.inputs[2].isEmpty ? Float.infinity : inputs[2].values[0]
            return each { min(max($0, lower), upper) }
        case "Conv": return convolution(node, x, inputs[1], inputs[2])
        case "Gemm": return product(node, x, inputs[1], inputs[2])
        case "MaxPool", "AveragePool": return pool(node, x)
        case "GlobalAveragePool":
            let area = x.dimensions[2] * x.dimensions[3]
            let means = (0..<x.dimensions[1]).map { x.values[$0 * area..<($0 + 1) * area].reduce(0, +) / Float(area) }
            return Tensor([1, x.dimensions[1], 1, 1], means)
        case "Flatten": return Tensor([1, x.values.count], x.values)
        case "Unsqueeze":
            var dimensions = x.dimensions
            for axis in file.constant(node.inputs[1]).integers { dimensions.insert(1, at: axis) }
            return Tensor(dimensions, x.values)
        case "Transpose":
            let order = node.integers["perm"] ?? []
            return every(order.map { x.dimensions[$0] }) { place in
                var source = place
                for (axis, from) in order.enumerated() { source[from] = place[axis] }
                return element(x, source)
            }
        case "Concat":
            var dimensions = x.dimensions
            dimensions[1] = inputs.reduce(0) { $0 + $1.dimensions[1] }
            return Tensor(dimensions, inputs.flatMap(\.values))
        case "Slice": return slice(node, x)
        case "Pad":
            let pads = file.constant(node.inputs[1]).integers
            let dimensions = (0..<4).map { x.dimensions[$0] + pads[$0] + pads[$0 + 4] }
            return every(dimensions) { place in element(x, (0..<4).map { place[$0] - pads[$0] }) }
        default: preconditionFailure("the exporter should not write \(node.operation)")
        }
    }

    /// With the second, or the first, repeated along dimensions of size 1.
    private func combined(_ inputs: [Tensor], _ operation: (Float, Float) -> Float) -> Tensor {
        let rank = max(inputs[0].dimensions.count, inputs[1].dimensions.count)
        let padded = inputs.map {
            Tensor(Array(repeating: 1, count: rank - $0.dimensions.count) + $0.dimensions, $0.values)
        }
        let dimensions = (0..<rank).map { max(padded[0].dimensions[$0], padded[1].dimensions[$0]) }
        return every(dimensions) { place in
            let operands = padded.map { tensor in
                element(tensor, zip(place, tensor.dimensions).map { $1 == 1 ? 0 : $0 })
            }
            return operation(operands[0], operands[1])
        }
    }

    private func product(_ node: ONNXFile.Node, _ x: Tensor, _ weights: Tensor, _ bias: Tensor) -> Tensor {
        precondition(node.integers["transB"] == [1])
        let count = weights.dimensions[1]
        return Tensor(
            [1, weights.dimensions[0]],
            (0..<weights.dimensions[0]).map { output in
                (0..<count).reduce(bias.values[output]) { $0 + weights.values[output * count + $1] * x.values[$1] }
            })
    }

    private func convolution(_ node: ONNXFile.Node, _ x: Tensor, _ weights: Tensor, _ bias: Tensor) -> Tensor {
        let groups = node.integers["group"]?.first ?? 1
        let perGroup = weights.dimensions[1]
        let outputsPerGroup = weights.dimensions[0] / groups
        return window(node, x, channels: weights.dimensions[0]) { channel, places in
            var sum = bias.values[channel]
            for (y, x0, row, column) in places {
                guard (0..<x.dimensions[2]).contains(row), (0..<x.dimensions[3]).contains(column) else { continue }
                for index in 0..<perGroup {
                    let source = channel / outputsPerGroup * perGroup + index
                    let kernelRow: Int = (channel * perGroup + index) * weights.dimensions[2] + y
                    let weight: Int = kernelRow * weights.dimensions[3] + x0
                    let pixel: Int = (source * x.dimensions[2] + row) * x.dimensions[3] + column
                    sum += weights.values[weight] * x.values[pixel]
                }
            }
            return sum
        }
    }

    private func pool(_ node: ONNXFile.Node, _ x: Tensor) -> Tensor {
        window(node, x, channels: x.dimensions[1]) { channel, places in
            let inside = places.filter {
                (0..<x.dimensions[2]).contains($0.2) && (0..<x.dimensions[3]).contains($0.3)
            }
            let values = inside.map { element(x, [0, channel, $0.2, $0.3]) }
            if node.operation == "MaxPool" { return values.max() ?? -.infinity }
            let counted = node.integers["count_include_pad"] == [1] ? places.count : values.count
            return values.reduce(0, +) / Float(counted)
        }
    }

    /// Slides a window: `body` gets the places in the kernel and in the image.
    private func window(
        _ node: ONNXFile.Node, _ x: Tensor, channels: Int, _ body: (Int, [(Int, Int, Int, Int)]) -> Float
    ) -> Tensor {
        let kernel = node.integers["kernel_shape"] ?? []
        let strides = node.integers["strides"] ?? [1, 1]
        let dilations = node.integers["dilations"] ?? [1, 1]
        let pads = node.integers["pads"] ?? [0, 0, 0, 0]
        let extents = (0..<2).map { axis -> Int in
            let padded: Int = x.dimensions[axis + 2] + pads[axis] + pads[axis + 2]
            let reach: Int = (kernel[axis] - 1) * dilations[axis] + 1
            return (padded - reach) / strides[axis] + 1
        }
        return every([1, channels] + extents) { place in
            var places: [(Int, Int, Int, Int)] = []
            for y in 0..<kernel[0] {
                for column in 0..<kernel[1] {
                    let imageRow: Int = place[2] * strides[0] - pads[0] + y * dilations[0]
                    let imageColumn: Int = place[3] * strides[1] - pads[1] + column * dilations[1]
                    places.append((y, column, imageRow, imageColumn))
                }
            }
            return body(place[1], places)
        }
    }

    private func slice(_ node: ONNXFile.Node, _ x: Tensor) -> Tensor {
        let lists = node.inputs.dropFirst().map { file.constant($0).integers }
        var indices = x.dimensions.map { Array(0..<$0) }
        for (position, axis) in lists[2].enumerated() {
            let step = lists[3][position]
            let end = min(max(lists[1][position], -1), x.dimensions[axis])
            indices[axis] = Array(stride(from: lists[0][position], to: end, by: step))
        }
        return every(indices.map(\.count)) { place in element(x, zip(indices, place).map { $0[$1] }) }
    }

    private func every(_ dimensions: [Int], _ body: ([Int]) -> Float) -> Tensor {
        var values: [Float] = []
        var place = dimensions.map { _ in 0 }
        for _ in 0..<dimensions.reduce(1, *) {
            values.append(body(place))
            for axis in dimensions.indices.reversed() {
                place[axis] += 1
                if place[axis] < dimensions[axis] { break }
                place[axis] = 0
            }
        }
        return Tensor(dimensions, values)
    }

    /// 0 outside.
    private func element(_ tensor: Tensor, _ place: [Int]) -> Float {
        var index = 0
        for (axis, position) in place.enumerated() {
            guard (0..<tensor.dimensions[axis]).contains(position) else { return 0 }
            index = index * tensor.dimensions[axis] + position
        }
        return tensor.values[index]
    }
}

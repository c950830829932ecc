internal import Approx
internal import Foundation

/// What each operator makes of its operands.
extension GraphTracer {
    /// One result for each output of `node` that can be imported, the first ones.
    mutating func results(of node: ONNXNode, _ operands: [Traced?]) throws(ModelError) -> [Traced] {
        if node.opType == "Constant" { return [.constant(try ConstantFolding.constant(of: node))] }
        if node.opType == "Shape" || node.opType == "Size" { return [.constant(try shape(operands, of: node))] }
        let constants = operands.map { if case .constant(let constant)? = $0 { constant } else { Constant?.none } }
        if zip(operands, constants).allSatisfy({ $0 == nil || $1 != nil }) {
            return try ConstantFolding.folded(node, constants).map { .constant($0) }
        }
        switch node.opType {
        case "SplitToSequence": return [try sequence(operands, of: node)]
        case "SequenceAt": return [try element(operands, of: node)]
        case "Conv": return [try convolution(operands, of: node)]
        case "Gemm": return [try gemm(operands, of: node)]
        case "MatMul": return [try matrixProduct(operands, of: node)]
        case "BatchNormalization": return [try batchNormalisation(operands, of: node)]
        case "MaxPool", "AveragePool": return [try pool(operands, of: node)]
        case "GlobalAveragePool", "GlobalMaxPool": return [try globalPool(operands, of: node)]
        case "ReduceMean", "ReduceMax": return [try reduction(operands, of: node)]
        case "Add", "Sub", "Mul", "Div", "Sum": return [try arithmetic(operands, of: node)]
        case "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose":
            return [.tensor(try moved(operands, of: node))]
        case "Slice": return [try slice(operands, of: node)]
        case "Split": return try split(operands, of: node)
        case "Pad": return [try pad(operands, of: node)]
        case "Concat": return [try concatenation(operands, of: node)]
        case "Identity", "Cast", "CastLike", "Dropout": return [try passed(operands, of: node)]
        case "Softmax", "LogSoftmax": return [try scores(operands, of: node)]
        default: return [.tensor(try elementwise(operands, of: node))]
        }
    }

    // MARK: - Element by element

    private mutating func elementwise(_ operands: [Traced?], of node: ONNXNode) throws(ModelError) -> TracedTensor {
        if let bound = try clipping(operands, of: node) { return bound }
        let tensor = try tensor(operands, 0, of: node)
        if let function = try Self.activation(of: node) {
            if function == .sigmoid && isLast(node) { return tensor }
            return try apply(function, to: tensor, node: node)
        }
        switch node.opType {
        case "PRelu":
            let slopes = try requiredReals(operands, 1, of: node).elements
            guard let slope = slopes.first, slopes.allSatisfy({ $0 == slope }) else {
                throw node.unsupported("its slopes differ between channels; train with LeakyReLU or one shared slope")
            }
            return try apply(.leakyReLU(slope: Double(slope)), to: tensor, node: node)
        case "Pow":
            guard let exponent = try exponent(operands, of: node) else {
                throw node.malformed("its exponent is missing or is no single number")
            }
            return try apply(part: { pow($0, exponent) }, to: tensor, node: node)
        case "Neg": return try apply(scale: -1, shift: 0, to: tensor, node: node)
        case "Exp": return try apply(part: { exp($0) }, to: tensor, node: node)
        case "Reciprocal": return try apply(part: { 1 / $0 }, to: tensor, node: node)
        case "Sqrt": return try apply(part: { $0.squareRoot() }, to: tensor, node: node)
        default:
            throw node.unsupported("it is known on constants only, and here it reads the image's values")
        }
    }

    private static func activation(of node: ONNXNode) throws(ModelError) -> ActivationFunction? {
        switch node.opType {
        case "Relu": return .relu
        case "Sigmoid": return .sigmoid
        case "Tanh": return .tanh
        case "Erf": return .erf
        case "HardSwish": return .hardSwish
        case "LeakyRelu": return .leakyReLU(slope: try node.real("alpha") ?? 0.01)
        case "HardSigmoid":
            return .hardSigmoid(slope: try node.real("alpha") ?? 0.2, offset: try node.real("beta") ?? 0.5)
        case "Gelu":
            let kind = node.text("approximate", default: "none")
            switch kind {
            case "none": return .gelu
            case "tanh": return .geluTanh
            default: throw node.malformed("its approximation is \"\(kind)\"")
            }
        default: return nil
        }
    }

    /// Clip, and Min or Max with a constant; nil for other operators.
    private mutating func clipping(_ operands: [Traced?], of node: ONNXNode) throws(ModelError) -> TracedTensor? {
        let widest = Double(Float.greatestFiniteMagnitude)
        var lower = -widest
        var upper = widest
        var tensor: TracedTensor
        switch node.opType {
        case "Clip":
            tensor = try self.tensor(operands, 0, of: node)
            lower = max(lower, try scalar("min", orInput: 1, operands, of: node) ?? lower)
            upper = min(upper, try scalar("max", orInput: 2, operands, of: node) ?? upper)
        case "Min", "Max":
            let isFirst = if case .tensor? = operands.first ?? nil { true } else { false }
            tensor = try self.tensor(operands, isFirst ? 0 : 1, of: node)
            guard operands.count == 2, let bound = try scalar(operands, isFirst ? 1 : 0, of: node) else {
                throw node.unsupported("it can be imported with one constant bound only")
            }
            if node.opType == "Min" { upper = min(upper, bound) } else { lower = max(lower, bound) }
        default:
            return nil
        }
        guard lower <= upper else { throw node.malformed("its bounds \(lower) and \(upper) are in the wrong order") }
        if lower == 0 && upper == widest { return try apply(.relu, to: tensor, node: node) }
        if lower == -widest && upper == widest { return tensor }
        return try apply(.clip(lower: lower, upper: upper), to: tensor, node: node)
    }

    private func exponent(_ operands: [Traced?], of node: ONNXNode) throws(ModelError) -> Double? {
        switch try constant(operands, 1, of: node) {
        case .reals(let grid)?: grid.elements.count == 1 ? Double(grid.elements[0]) : nil
        case .integers(let grid)?: grid.elements.count == 1 ? grid.elements[0].known.map(Double.init) : nil
        case nil: nil
        }
    }

    // MARK: - Without effect

    private func passed(_ operands: [Traced?], of node: ONNXNode) throws(ModelError) -> Traced {
        if node.opType == "CastLike", case .constant(let constant)? = operands.first ?? nil {
            // Like a tensor that depends on the image: reals.
            return .constant(try constant.cast(toReals: true, for: node))
        }
        let tensor = try tensor(operands, 0, of: node)
        switch node.opType {
        case "Cast":
            let target = TensorElement(rawValue: Int32(truncatingIfNeeded: try node.integer("to", default: 1)))
            guard target?.isReal == true else {
                throw node.unsupported("it rounds the image's values to whole numbers, which no polynomial does")
            }
        case "Dropout":
            if case .integers(let grid)? = try constant(operands, 2, of: node), grid.elements.first != BatchInteger(0) {
                throw node.unsupported("it is in training mode; call model.eval() and export again")
            }
        default:
            break
        }
        return .tensor(tensor)
    }

    /// A softmax at the end doesn't change the order of the classes.
    private func scores(_ operands: [Traced?], of node: ONNXNode) throws(ModelError) -> Traced {
        guard isLast(node) else {
            throw node.unsupported("a softmax inside a network cannot be replaced; only one at the end is left out")
        }
        return .tensor(try tensor(operands, 0, of: node))
    }

    /// Whether nothing but renaming follows `node`.
    private func isLast(_ node: ONNXNode) -> Bool {
        var tensor = node.output.first ?? ""
        while tensor != output {
            guard let reader = readers[tensor]?.first, readers[tensor]?.count == 1,
                ["Identity", "Cast"].contains(reader.opType), let next = reader.output.first
            else { return false }
            tensor = next
        }
        return readers[tensor] == nil
    }

    private func shape(_ operands: [Traced?], of node: ONNXNode) throws(ModelError) -> Constant {
        let dimensions: [BatchInteger] =
            switch operands.first ?? nil {
            case .tensor(let tensor): tensor.view.dimensions
            case .constant(let constant): constant.dimensions.map { BatchInteger($0) }
            default: throw node.malformed("input 0 is missing")
            }
        if node.opType == "Size" {
            var size: BatchInteger? = BatchInteger(1)
            for dimension in dimensions { size = size?.times(dimension) }
            guard let size else { throw node.mismatch("the size of its input does not fit 64 bits") }
            return .integers(Grid(scalar: size))
        }
        let start = try node.integer("start", default: 0)
        let end = try node.integer("end", default: dimensions.count)
        let range = SliceRange(start: start, end: end, step: 1, size: dimensions.count)
        return .integers(Grid(vector: range.indices.map { dimensions[$0] }))
    }
}

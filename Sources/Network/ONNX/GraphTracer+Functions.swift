internal import Approx
internal import Foundation

/// Functions of one value: building them up, and putting them into the draft once a layer reads them.
extension GraphTracer {
    typealias Source = TracedTensor.Source

    /// Depth from which a function is put into the draft before another is made of it.
    private static let functionDepth = 16

    func base(of source: Source) -> ValueID {
        switch source {
        case .value(let value): value
        case .function(let index): functions[index].base
        }
    }

    func samples(of source: Source) -> [Double] {
        switch source {
        case .value: ScalarFunction.points
        case .function(let index): functions[index].samples
        }
    }

    func line(of source: Source) -> ScalarFunction.Line? {
        switch source {
        case .value: .identity
        case .function(let index): functions[index].line
        }
    }

    private func depth(of source: Source) -> Int {
        switch source {
        case .value: 0
        case .function(let index): functions[index].depth
        }
    }

    // MARK: - Building

    mutating func apply(
        _ function: ActivationFunction, to tensor: TracedTensor, node: ONNXNode
    ) throws(ModelError) -> TracedTensor {
        let source = try shallow(tensor.source)
        let samples = samples(of: source).map { function($0) }
        return tensor.reading(add(source, samples, nil, .activation(function, of: source), node))
    }

    /// scale * x + shift.
    mutating func apply(
        scale: Double, shift: Double, to tensor: TracedTensor, node: ONNXNode
    ) throws(ModelError) -> TracedTensor {
        guard scale.isFinite, shift.isFinite else { throw .nonFiniteWeights(tensor: node.title, count: 1) }
        let source = try shallow(tensor.source)
        let samples = samples(of: source).map { scale * $0 + shift }
        let line = line(of: source).map {
            ScalarFunction.Line(scale: scale * $0.scale, shift: scale * $0.shift + shift)
        }
        return tensor.reading(add(source, samples, line, .affine(scale: scale, shift: shift, of: source), node))
    }

    /// Something that is no layer by itself, such as a power.
    mutating func apply(
        part: (Double) -> Double, to tensor: TracedTensor, node: ONNXNode
    ) throws(ModelError) -> TracedTensor {
        let source = try shallow(tensor.source)
        return tensor.reading(add(source, samples(of: source).map(part), nil, .part, node))
    }

    /// Two functions of one value, combined point by point.
    mutating func combine(
        _ left: Source, _ right: Source, node: ONNXNode, _ operation: (Double, Double) -> Double
    ) -> Source {
        let samples = zip(samples(of: left), samples(of: right)).map(operation)
        var line: ScalarFunction.Line?
        var step = ScalarFunction.Step.part
        if node.opType == "Add" || node.opType == "Sum" {
            step = .sum(left, right)
            if let one = self.line(of: left), let other = self.line(of: right) {
                line = ScalarFunction.Line(scale: one.scale + other.scale, shift: one.shift + other.shift)
            }
        }
        return add(left, samples, line, step, node, depth: max(depth(of: left), depth(of: right)))
    }

    private mutating func add(
        _ source: Source, _ samples: [Double], _ line: ScalarFunction.Line?, _ step: ScalarFunction.Step,
        _ node: ONNXNode, depth: Int? = nil
    ) -> Source {
        functions.append(
            ScalarFunction(
                base: base(of: source), samples: samples, line: line, step: step, node: node,
                depth: (depth ?? self.depth(of: source)) + 1
            ))
        return .function(functions.count - 1)
    }

    /// `source`, in the draft if its function is deep already.
    mutating func shallow(_ source: Source) throws(ModelError) -> Source {
        depth(of: source) < Self.functionDepth ? source : .value(try materialise(source))
    }

    // MARK: - Into the draft

    /// The value that `source` is, made by the fewest nodes: none, a line, one activation, or step by step.
    mutating func materialise(_ source: Source) throws(ModelError) -> ValueID {
        guard case .function(let index) = source else { return base(of: source) }
        if let value = materialised[index] { return value }
        let function = functions[index]
        let value = try materialise(function)
        materialised[index] = value
        return value
    }

    private mutating func materialise(_ function: ScalarFunction) throws(ModelError) -> ValueID {
        if let line = function.line {
            return try appendLine(line.scale, line.shift, reading: function.base, for: function.node)
        }
        if case .activation(let activation, .value(let value)) = function.step {
            return appendSite(activation, reading: value, for: function.node)
        }
        if let activation = function.activation {
            return appendSite(activation, reading: function.base, for: function.node)
        }
        switch function.step {
        case .activation(let activation, let source):
            return appendSite(activation, reading: try materialise(source), for: function.node)
        case .affine(let scale, let shift, let source):
            return try appendLine(scale, shift, reading: try materialise(source), for: function.node)
        case .sum(let left, let right):
            let inputs = [try materialise(left), try materialise(right)]
            let shape = draft.values[function.base].shape
            return try append(.add, reading: inputs, shape: shape, for: function.node)
        case .part:
            throw function.node.unsupported(
                "it is no part of an activation that a polynomial can replace (ReLU, LeakyReLU, clip, sigmoid, tanh, "
                    + "SiLU, HardSwish, HardSigmoid, GELU, erf), and the image's values can only be scaled and added "
                    + "otherwise")
        }
    }

    private mutating func appendLine(
        _ scale: Double, _ shift: Double, reading value: ValueID, for node: ONNXNode
    ) throws(ModelError) -> ValueID {
        if scale == 1 && shift == 0 { return value }
        let shape = draft.values[value].shape
        let operation = Operation.affine(
            scale: Array(repeating: Float(scale), count: shape.channels),
            shift: Array(repeating: Float(shift), count: shape.channels)
        )
        return try append(operation, reading: [value], shape: shape, for: node)
    }

    private mutating func appendSite(
        _ activation: ActivationFunction, reading value: ValueID, for node: ONNXNode
    ) -> ValueID {
        let shape = draft.values[value].shape
        draft.sites.append(NetworkGraph.ActivationSite(name: node.title, function: activation, shape: shape))
        return append(
            .activation(site: draft.sites.count - 1), reading: [value], shape: shape,
            named: node.title, output: node.output.first ?? ""
        )
    }
}

extension TracedTensor {
    /// Another source in the same dimensions.
    func reading(_ source: Source) -> TracedTensor {
        TracedTensor(source: source, view: view)
    }
}

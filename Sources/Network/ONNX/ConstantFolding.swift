/// What nodes make of constants: shape arithmetic, and weights that were transposed or scaled.
enum ConstantFolding {
    /// The value of a Constant node.
    static func constant(of node: ONNXNode) throws(ModelError) -> Constant {
        guard let attribute = node.attribute.first else { throw node.malformed("it has no value") }
        switch attribute.name {
        case "value":
            guard attribute.hasT else { throw node.malformed("it has no value") }
            return try attribute.t.constant(named: (node.output.first ?? node.title).printable)
        case "value_float": return .reals(Grid(scalar: attribute.f))
        case "value_floats": return .reals(Grid(vector: attribute.floats))
        case "value_int": return .integers(Grid(scalar: BatchInteger(Int(attribute.i))))
        case "value_ints": return .integers(Grid(vector: attribute.ints.map { BatchInteger(Int($0)) }))
        default: throw node.unsupported("its \(attribute.name.printable) is neither a tensor nor a number")
        }
    }

    /// The outputs of `node` where all its operands are constants (nil: left out).
    static func folded(_ node: ONNXNode, _ operands: [Constant?]) throws(ModelError) -> [Constant] {
        let arguments = FoldingArguments(node: node, operands: operands)
        switch node.opType {
        case "Identity", "Dropout": return [try arguments.constant(0)]
        case "Cast": return [try cast(arguments)]
        case "CastLike":
            return [try arguments.constant(0).cast(toReals: try arguments.constant(1).isReal, for: node)]
        case "Range": return [.integers(try range(arguments))]
        case "ConstantOfShape": return [try filled(arguments)]
        case "Split": return try split(arguments)
        case "Where": return [try choice(arguments)]
        case "Concat": return [try concatenation(arguments)]
        case "Neg", "Sqrt", "Reciprocal", "Exp", "Not": return [try unary(arguments)]
        case "Add", "Sub", "Mul", "Div", "Sum", "Pow", "Min", "Max", "Equal", "Less", "Greater":
            return [try binary(arguments)]
        case "ReduceProd": return [.integers(try product(arguments))]
        default:
            let result =
                switch try arguments.constant(0) {
                case .integers(let grid): try ConstantMovement.moved(grid, arguments).map { Constant.integers($0) }
                case .reals(let grid): try ConstantMovement.moved(grid, arguments).map { Constant.reals($0) }
                }
            guard let result else {
                throw node.unsupported(
                    "it reads constants only, and is not computed in advance; replace it by its result, e.g. with onnxsim"
                )
            }
            return [result]
        }
    }

    // MARK: - Making

    private static func cast(_ arguments: FoldingArguments) throws(ModelError) -> Constant {
        let code = try arguments.node.integer("to", default: 1)
        guard let target = TensorElement(rawValue: Int32(truncatingIfNeeded: code)) else {
            throw arguments.node.malformed("it casts to element type \(code)")
        }
        let result = try arguments.constant(0).cast(toReals: target.isReal, for: arguments.node)
        guard target == .bool, case .integers(let grid) = result else { return result }
        return .integers(
            try arguments.required(grid.map { $0.equals(BatchInteger(0)).map { BatchInteger(1 - $0.factor) } }))
    }

    private static func range(_ arguments: FoldingArguments) throws(ModelError) -> Grid<BatchInteger> {
        let bounds = [try arguments.integers(0), try arguments.integers(1), try arguments.integers(2)]
        guard bounds.allSatisfy({ $0.count == 1 }), bounds[2][0] != 0 else {
            throw arguments.node.malformed("a range needs a start, a limit and a step that is not 0")
        }
        let (start, limit, step) = (bounds[0][0], bounds[1][0], bounds[2][0])
        var values: [BatchInteger] = []
        var next = start
        while step > 0 ? next < limit : next > limit {
            guard values.count < Bounds.constant else {
                throw .tooLarge(arguments.node.title, reason: "it counts beyond \(Bounds.constant) numbers")
            }
            values.append(BatchInteger(next))
            let (sum, overflow) = next.addingReportingOverflow(step)
            if overflow { break }
            next = sum
        }
        return Grid(vector: values)
    }

    private static func filled(_ arguments: FoldingArguments) throws(ModelError) -> Constant {
        let node = arguments.node
        let dimensions = try arguments.integers(0)
        guard let count = Bounds.count(dimensions, limit: Bounds.constant) else {
            throw .tooLarge(node.title, reason: "a constant of dimensions \(dimensions)")
        }
        guard let attribute = node.attribute("value"), attribute.hasT else {
            return .reals(
                try arguments.required(Grid(dimensions: dimensions, elements: Array(repeating: 0, count: count))))
        }
        func repeated<Element>(_ grid: Grid<Element>) throws(ModelError) -> Grid<Element> {
            guard let value = grid.elements.first else { throw node.malformed("its value is empty") }
            return try arguments.required(
                Grid(dimensions: dimensions, elements: Array(repeating: value, count: count)))
        }
        switch try attribute.t.constant(named: node.title) {
        case .integers(let grid): return .integers(try repeated(grid))
        case .reals(let grid): return .reals(try repeated(grid))
        }
    }

    private static func choice(_ arguments: FoldingArguments) throws(ModelError) -> Constant {
        guard case .integers(let condition) = try arguments.constant(0) else {
            throw arguments.node.malformed("its condition is not made of truth values")
        }
        func chosen<Element>(_ yes: Grid<Element>, _ no: Grid<Element>) throws(ModelError) -> Grid<Element> {
            let pairs = Grid.combined(yes, no) { ($0, $1) }
            let chosen = pairs.flatMap { pairs in
                Grid<BatchInteger>.combined(condition, pairs) { $0 == BatchInteger(0) ? $1.1 : $1.0 }
            }
            return try arguments.required(chosen)
        }
        switch (try arguments.constant(1), try arguments.constant(2)) {
        case (.integers(let yes), .integers(let no)): return .integers(try chosen(yes, no))
        case (.reals(let yes), .reals(let no)): return .reals(try chosen(yes, no))
        default: throw arguments.node.malformed("it chooses between whole numbers and reals")
        }
    }

    private static func concatenation(_ arguments: FoldingArguments) throws(ModelError) -> Constant {
        let axis = try arguments.node.integer("axis", default: 0)
        var integers: [Grid<BatchInteger>] = []
        var reals: [Grid<Float>] = []
        for index in arguments.operands.indices {
            switch try arguments.constant(index) {
            case .integers(let grid): integers.append(grid)
            case .reals(let grid): reals.append(grid)
            }
        }
        if reals.isEmpty { return .integers(try arguments.required(.concatenated(integers, axis: axis))) }
        guard integers.isEmpty else { throw arguments.node.malformed("it joins whole numbers and reals") }
        return .reals(try arguments.required(.concatenated(reals, axis: axis)))
    }

    private static func split(_ arguments: FoldingArguments) throws(ModelError) -> [Constant] {
        var results: [Constant] = []
        switch try arguments.constant(0) {
        case .integers(let grid):
            for part in try ConstantMovement.split(grid, arguments) { results.append(.integers(part)) }
        case .reals(let grid):
            for part in try ConstantMovement.split(grid, arguments) { results.append(.reals(part)) }
        }
        return results
    }

    // MARK: - Arithmetic

    private static func unary(_ arguments: FoldingArguments) throws(ModelError) -> Constant {
        switch try arguments.constant(0) {
        case .integers(let grid):
            let result: Grid<BatchInteger>? =
                switch arguments.node.opType {
                case "Neg": grid.map { $0.times(BatchInteger(-1)) }
                case "Not": grid.map { $0.equals(BatchInteger(0)) }
                default: nil
                }
            return .integers(try arguments.required(result))
        case .reals(let grid):
            let result: Grid<Float>? =
                switch arguments.node.opType {
                case "Neg": grid.map { -$0 }
                case "Sqrt": grid.map { $0.squareRoot() }
                case "Reciprocal": grid.map { 1 / $0 }
                case "Exp": grid.map { Float.exponential($0) }
                default: nil
                }
            return .reals(try arguments.required(result))
        }
    }

    private static func binary(_ arguments: FoldingArguments) throws(ModelError) -> Constant {
        var result = try arguments.constant(0)
        for index in arguments.operands.indices.dropFirst() {
            result = try binary(result, try arguments.constant(index), arguments)
        }
        return result
    }

    private static func binary(
        _ left: Constant, _ right: Constant, _ arguments: FoldingArguments
    ) throws(ModelError) -> Constant {
        let operation = arguments.node.opType
        switch (left, right) {
        case (.integers(let left), .integers(let right)):
            let result = Grid<BatchInteger>.combined(left, right) { one, other -> BatchInteger? in
                switch operation {
                case "Add", "Sum": one.plus(other)
                case "Sub": one.minus(other)
                case "Mul": one.times(other)
                case "Div": one.divided(by: other)
                case "Equal": one.equals(other)
                case "Less": one.isLess(than: other)
                case "Greater": other.isLess(than: one)
                case "Min": one.isLess(than: other).map { $0.factor == 1 ? one : other }
                case "Max": one.isLess(than: other).map { $0.factor == 1 ? other : one }
                default: nil
                }
            }
            return .integers(try arguments.required(result))
        case (.reals(let left), .reals(let right)):
            if ["Equal", "Less", "Greater"].contains(operation) {
                let result = Grid<Float>.combined(left, right) { one, other -> BatchInteger? in
                    let holds =
                        switch operation {
                        case "Equal": one == other
                        case "Less": one < other
                        default: one > other
                        }
                    return BatchInteger(holds ? 1 : 0)
                }
                return .integers(try arguments.required(result))
            }
            let result = Grid<Float>.combined(left, right) { one, other -> Float? in
                switch operation {
                case "Add", "Sum": one + other
                case "Sub": one - other
                case "Mul": one * other
                case "Div": one / other
                case "Pow": Float.power(one, other)
                case "Min": min(one, other)
                case "Max": max(one, other)
                default: nil
                }
            }
            return .reals(try arguments.required(result))
        default:
            throw arguments.node.malformed("it combines whole numbers and reals")
        }
    }

    /// Of all elements, as PyTorch asks for the size of a tensor.
    private static func product(_ arguments: FoldingArguments) throws(ModelError) -> Grid<BatchInteger> {
        guard case .integers(let grid) = try arguments.constant(0), grid.rank <= 1 else {
            throw arguments.node.unsupported("it reads constants that are not a list of whole numbers")
        }
        var product: BatchInteger? = BatchInteger(1)
        for element in grid.elements { product = product?.times(element) }
        guard let product else { throw arguments.node.mismatch("the product of \(grid.elements.count) sizes") }
        return try arguments.node.flag("keepdims", default: true) ? Grid(vector: [product]) : Grid(scalar: product)
    }
}

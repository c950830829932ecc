internal import Foundation

/// The constants that a node reads, with errors that name it.
struct FoldingArguments {
    let node: ONNXNode
    /// nil for an optional input that is left out.
    let operands: [Constant?]

    func constant(_ index: Int) throws(ModelError) -> Constant {
        guard index < operands.count, let constant = operands[index] else {
            throw node.malformed("input \(index) is missing")
        }
        return constant
    }

    func has(_ index: Int) -> Bool {
        index < operands.count && operands[index] != nil
    }

    /// Whole numbers that do not depend on the batch size.
    func integers(_ index: Int) throws(ModelError) -> [Int] {
        guard case .integers(let grid) = try constant(index) else {
            throw node.malformed("input \(index) has reals where whole numbers are expected")
        }
        let known = grid.elements.compactMap(\.known)
        guard known.count == grid.elements.count else {
            throw node.unsupported("its result depends on the batch size; treat each image alone")
        }
        return known
    }

    /// The numbers of an attribute that later versions of the operator take as an input.
    func integers(_ attribute: String, orInput index: Int) throws(ModelError) -> [Int]? {
        if has(index) { return try integers(index) }
        return node.attribute(attribute).map { $0.ints.map(Int.init) }
    }

    /// A result that could be computed.
    func required<Result>(_ result: Result?) throws(ModelError) -> Result {
        guard let result else {
            throw node.unsupported(
                "its result for these constants is not computed in advance (dimensions that do not fit, a number "
                    + "beyond 64 bits, or arithmetic on the batch size); treat each image alone")
        }
        return result
    }
}

extension Constant {
    var isReal: Bool {
        if case .reals = self { true } else { false }
    }

    /// Reals are truncated towards zero.
    func cast(toReals: Bool, for node: ONNXNode) throws(ModelError) -> Constant {
        let arguments = FoldingArguments(node: node, operands: [])
        switch self {
        case .integers(let grid):
            guard toReals else { return self }
            return .reals(try arguments.required(grid.map { $0.known.map { Float($0) } }))
        case .reals(let grid):
            guard !toReals else { return self }
            return .integers(
                try arguments.required(grid.map { Int(exactly: $0.rounded(.towardZero)).map { BatchInteger($0) } }))
        }
    }
}

extension Float {
    static func exponential(_ x: Float) -> Float { exp(x) }

    static func power(_ base: Float, _ exponent: Float) -> Float { pow(base, exponent) }
}

/// What a circuit computes and keeps as ciphertexts; everything between is linear in them.
package enum CircuitValue: Hashable, Sendable {
    case input
    /// The variable of a layer's polynomials after `squarings` squarings, see ``SiteForm``.
    case power(site: Int, squarings: Int)
    /// The same, added up over the cells of the grid, see ``ValueGrid``.
    case cellSum(site: Int, squarings: Int)

    package var isCellSum: Bool { if case .cellSum = self { true } else { false } }

    /// What a sum over cells adds up; any other value itself.
    package var summand: CircuitValue {
        if case .cellSum(let site, let squarings) = self { .power(site: site, squarings: squarings) } else { self }
    }

    /// The layer that it belongs to, and how many squarings it has behind it; nil for the input.
    package var origin: (site: Int, squarings: Int)? {
        switch self {
        case .input: nil
        case .power(let site, let squarings), .cellSum(let site, let squarings): (site, squarings)
        }
    }
}

/// A tensor as matrices times circuit values, and a constant.
package struct AffineForm: Sendable {
    package private(set) var terms: [(value: CircuitValue, matrix: SparseMatrix)]
    package private(set) var bias: [Double]

    /// - Parameter matrices: Rows in the order of the tensor's elements, one each for `bias`.
    package init(_ terms: [(value: CircuitValue, matrix: SparseMatrix)], bias: [Double]) {
        self.terms = terms
        self.bias = bias
    }

    /// The circuit value itself.
    package init(_ value: CircuitValue, count: Int) {
        terms = [(value, SparseMatrix(diagonal: [Double](repeating: 1, count: count)))]
        bias = [Double](repeating: 0, count: count)
    }

    package var entryCount: Int { terms.reduce(0) { $0 + $1.matrix.entryCount } }

    /// `matrix` times the tensor, plus a constant.
    package func applying(_ matrix: SparseMatrix, adding constant: [Double]) -> AffineForm {
        AffineForm(
            terms.map { ($0.value, matrix.after($0.matrix)) }, bias: zip(matrix(bias), constant).map(+))
    }

    /// (tensor + shift) * factor, element by element.
    package func shifted(by shifts: [Double], scaledBy factors: [Double]) -> AffineForm {
        AffineForm(
            terms.map { ($0.value, $0.matrix.scalingRows(by: factors)) },
            bias: bias.indices.map { (bias[$0] + shifts[$0]) * factors[$0] })
    }

    package static func + (first: AffineForm, second: AffineForm) -> AffineForm {
        var terms = first.terms
        for (value, matrix) in second.terms {
            if let index = terms.firstIndex(where: { $0.value == value }) {
                terms[index].matrix = terms[index].matrix + matrix
            } else {
                terms.append((value, matrix))
            }
        }
        return AffineForm(terms, bias: zip(first.bias, second.bias).map(+))
    }
}

/// What a circuit computes and keeps as ciphertexts; everything between is linear in them.
enum CircuitValue: Hashable, Sendable {
    case input
    /// The variable of a layer's polynomials after `squarings` squarings, see ``SiteForm``.
    case power(site: Int, squarings: Int)
}

/// A tensor as matrices times circuit values, and a constant.
struct AffineForm: Sendable {
    private(set) var terms: [(value: CircuitValue, matrix: SparseMatrix)]
    private(set) var bias: [Double]

    /// - Parameter matrices: Rows in the order of the tensor's elements, one each for `bias`.
    init(_ terms: [(value: CircuitValue, matrix: SparseMatrix)], bias: [Double]) {
        self.terms = terms
        self.bias = bias
    }

    /// The circuit value itself.
    init(_ value: CircuitValue, count: Int) {
        terms = [(value, SparseMatrix(diagonal: [Double](repeating: 1, count: count)))]
        bias = [Double](repeating: 0, count: count)
    }

    var entryCount: Int { terms.reduce(0) { $0 + $1.matrix.entryCount } }

    /// `matrix` times the tensor, plus a constant.
    func applying(_ matrix: SparseMatrix, adding constant: [Double]) -> AffineForm {
        AffineForm(
            terms.map { ($0.value, matrix.after($0.matrix)) }, bias: zip(matrix(bias), constant).map(+))
    }

    /// (tensor + shift) * factor, element by element.
    func shifted(by shifts: [Double], scaledBy factors: [Double]) -> AffineForm {
        AffineForm(
            terms.map { ($0.value, $0.matrix.scalingRows(by: factors)) },
            bias: bias.indices.map { (bias[$0] + shifts[$0]) * factors[$0] })
    }

    static func + (first: AffineForm, second: AffineForm) -> AffineForm {
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

internal import CLAPACK

/// Brings a matrix near the orthogonal one that is next to it: U V^T for U S V^T.
///
/// A few steps of Newton and Schulz's iteration with the coefficients of Jordan et al. 2024 ("Muon"). Singular values from
/// 0.002 to 1 of the Frobenius norm come to lie in about 0.68 to 1.2, and smaller ones below: all that a direction of
/// descent needs, at the price of a few products of the matrix with its Gram matrix.
package enum Orthogonalisation {
    private static let steps = 5
    /// x -> a x + b x^3 + c x^5.
    private static let (a, b, c): (Float, Float, Float) = (3.4445, -4.7750, 2.0315)

    /// - Parameters:
    ///   - matrix: Row-major, finite; one of zeros stays.
    ///   - rows: A divisor of the number of elements.
    package static func apply(to matrix: inout [Float], rows: Int) {
        _ = LAPACK.prepared
        precondition(rows > 0, "a matrix has rows")
        let columns = matrix.count / rows
        precondition(rows * columns == matrix.count, "\(matrix.count) elements are not \(rows) rows")
        let norm = matrix.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        guard norm > 0 else { return }
        for index in matrix.indices { matrix[index] = Float(Double(matrix[index]) / norm) }
        let isWide = rows <= columns
        let (m, n, order) = (Int32(rows), Int32(columns), Int32(min(rows, columns)))
        var gram = [Float](repeating: 0, count: Int(order) * Int(order))
        for _ in 0..<steps {
            cblas_sgemm(
                CblasRowMajor, isWide ? CblasNoTrans : CblasTrans, isWide ? CblasTrans : CblasNoTrans, order, order,
                isWide ? n : m, 1, matrix, n, matrix, n, 0, &gram, order)
            // b G + c G^2
            var factor = gram
            cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasNoTrans, order, order, order, c, gram, order, gram, order, b,
                &factor, order)
            var next = matrix
            cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, order, 1, isWide ? factor : matrix,
                isWide ? order : n, isWide ? matrix : factor, isWide ? n : order, a, &next, n)
            matrix = next
        }
    }
}

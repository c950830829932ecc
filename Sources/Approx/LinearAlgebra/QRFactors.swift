internal import CLAPACK

/// The QR factors of a tall matrix, from which least squares in its first columns follow for any number of them.
struct QRFactors {
    private let rows: Int
    private let columns: Int
    /// R in the upper triangle, the reflectors of Q below (dgeqrf).
    private let factors: [Double]
    /// Q^T times the right side, as long as there are columns.
    private let projected: [Double]
    /// The norms of the matrix's columns.
    private let norms: [Double]

    /// Factors `matrix`, with at least as many rows as columns, for the right side `right`.
    ///
    /// The columns are brought to norm 1 first, so that the condition says how far they are from dependent.
    ///
    /// - Returns: `nil` when some number is not finite.
    init?(_ matrix: Matrix, _ right: [Double]) {
        precondition(matrix.rows >= matrix.columns && matrix.rows == right.count, "the system is tall")
        _ = LAPACK.prepared
        rows = matrix.rows
        columns = matrix.columns
        var elements = matrix.elements
        var norms: [Double] = []
        for column in 0..<matrix.columns {
            let range = column * matrix.rows..<(column + 1) * matrix.rows
            let norm = elements[range].reduce(0) { $0 + $1 * $1 }.squareRoot()
            norms.append(norm > 0 ? norm : 1)
            for index in range {
                elements[index] /= norms[column]
            }
        }
        self.norms = norms
        var reflectors = [Double](repeating: 0, count: columns)
        var projected = right
        let tall = clapack_int(rows)
        let wide = clapack_int(columns)
        guard LAPACKE_dgeqrf(LAPACK_COL_MAJOR, tall, wide, &elements, tall, &reflectors) == 0,
            LAPACKE_dormqr(
                LAPACK_COL_MAJOR, Int8(UInt8(ascii: "L")), Int8(UInt8(ascii: "T")), tall, 1, wide, elements, tall,
                reflectors, &projected, tall) == 0
        else { return nil }
        factors = elements
        self.projected = Array(projected.prefix(columns))
    }

    /// The least-squares solution in the first `count` columns.
    ///
    /// - Returns: The coefficients and the reciprocal condition number of those columns at norm 1; `nil` when they
    ///   depend on each other.
    func solution(columns count: Int) -> (solution: [Double], reciprocalCondition: Double)? {
        precondition(1...columns ~= count, "there are that many columns")
        var reciprocalCondition = 0.0
        var solution = Array(projected.prefix(count))
        let order = clapack_int(count)
        let tall = clapack_int(rows)
        let upper = Int8(UInt8(ascii: "U"))
        let plain = Int8(UInt8(ascii: "N"))
        guard
            LAPACKE_dtrcon(
                LAPACK_COL_MAJOR, Int8(UInt8(ascii: "1")), upper, plain, order, factors, tall, &reciprocalCondition)
                == 0,
            LAPACKE_dtrtrs(LAPACK_COL_MAJOR, upper, plain, plain, order, 1, factors, tall, &solution, order) == 0
        else { return nil }
        return (zip(solution, norms).map { $0 / $1 }, reciprocalCondition)
    }
}

internal import CLAPACK

/// The few LAPACK routines that the fitters need, on one thread.
enum LAPACK {
    /// Below this reciprocal condition number a solution has no digit that can be trusted.
    static let leastReciprocalCondition = 64 * Double.ulpOfOne

    /// OpenBLAS splits even small products over all cores; set once, before its first call.
    static let prepared: Void = clapack_use_one_thread()

    /// The solution of a square system by LU factors with equilibration and iterative refinement (dgesvx).
    ///
    /// - Returns: The solution and the reciprocal condition number; `nil` when the matrix is singular or not finite.
    static func solve(_ matrix: Matrix, _ right: [Double]) -> (solution: [Double], reciprocalCondition: Double)? {
        precondition(matrix.rows == matrix.columns && matrix.rows == right.count, "the system is square")
        _ = prepared
        let order = matrix.rows
        let size = clapack_int(order)
        var elements = matrix.elements
        var right = right
        var factors = [Double](repeating: 0, count: order * order)
        var pivots = [clapack_int](repeating: 0, count: order)
        var equilibration = Int8(UInt8(ascii: "N"))
        var rowScale = [Double](repeating: 1, count: order)
        var columnScale = [Double](repeating: 1, count: order)
        var solution = [Double](repeating: 0, count: order)
        var reciprocalCondition = 0.0
        var forwardError = 0.0
        var backwardError = 0.0
        var pivotGrowth = 0.0
        let status = LAPACKE_dgesvx(
            LAPACK_COL_MAJOR, Int8(UInt8(ascii: "E")), Int8(UInt8(ascii: "N")), size, 1, &elements, size, &factors,
            size, &pivots, &equilibration, &rowScale, &columnScale, &right, size, &solution, size,
            &reciprocalCondition, &forwardError, &backwardError, &pivotGrowth)
        // size + 1 says that the condition is below the rounding unit; the caller judges that by the number.
        guard status == 0 || status == size + 1 else { return nil }
        return (solution, reciprocalCondition)
    }
}

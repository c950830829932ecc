/// A dense matrix in column-major order, as LAPACK takes it.
struct Matrix {
    let rows: Int
    let columns: Int
    var elements: [Double]

    init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
        elements = [Double](repeating: 0, count: rows * columns)
    }

    subscript(row: Int, column: Int) -> Double {
        get { elements[column * rows + row] }
        set { elements[column * rows + row] = newValue }
    }

    /// Row i holds `scale[i]` * T_0(t), ..., `scale[i]` * T_degree(t) at t = `points[i]`.
    static func chebyshev(at points: [Double], degree: Int, scale: [Double]? = nil) -> Matrix {
        var matrix = Matrix(rows: points.count, columns: degree + 1)
        for (row, t) in points.enumerated() {
            var current = scale?[row] ?? 1
            var next = current * t
            for column in 0...degree {
                matrix[row, column] = current
                (current, next) = (next, 2 * t * next - current)
            }
        }
        return matrix
    }
}

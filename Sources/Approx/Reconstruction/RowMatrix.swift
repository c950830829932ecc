/// A dense matrix of single precision in row-major order, each row padded with zeros to a multiple of eight columns.
///
/// `@unchecked Sendable`: whoever fills it, on any number of threads, writes disjoint rows and is done before anybody
/// reads; from then on it is only read.
package final class RowMatrix: @unchecked Sendable {
    package let rows: Int
    package let columns: Int
    /// Floats from one row to the next.
    package let stride: Int
    /// `rows` x `stride` values.
    package let values: UnsafeMutablePointer<Float>
    private let memory: ZeroedMemory

    /// All zeros.
    package init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
        stride = (columns + 7) / 8 * 8
        memory = ZeroedMemory(count: max(1, rows * stride))
        values = memory.values
    }

    /// The first value of a row.
    package func row(_ index: Int) -> UnsafeMutablePointer<Float> {
        values + index * stride
    }

    package subscript(row: Int, column: Int) -> Float {
        get { values[row * stride + column] }
        set { values[row * stride + column] = newValue }
    }

    /// Whether it holds neither NaN nor infinities.
    var isFinite: Bool {
        // 0 * x is 0 for finite x alone.
        var sum = EightChannels.zero
        for index in Swift.stride(from: 0, to: rows * stride, by: 8) { sum += 0 * EightChannels.load(values + index) }
        return sum.sum() == 0
    }

    /// A copy of some rows, each times its factor.
    func scaled(_ rows: Range<Int>, by factors: (Int) -> Float) -> RowMatrix {
        let copy = RowMatrix(rows: rows.count, columns: columns)
        for row in rows {
            let (source, target) = (self.row(row), copy.row(row - rows.lowerBound))
            let factor = factors(row)
            for column in 0..<stride { target[column] = factor * source[column] }
        }
        return copy
    }
}

/// A matrix of which most entries are zero, row by row, in double precision.
package struct SparseMatrix: Sendable {
    package let columnCount: Int
    /// Row r has the entries `starts[r]..<starts[r + 1]`.
    package private(set) var starts: [Int] = [0]
    package private(set) var columns: [Int32] = []
    package private(set) var values: [Double] = []

    package init(columnCount: Int) {
        self.columnCount = columnCount
    }

    /// One entry on the diagonal for each of `values`.
    package init(diagonal values: [Double]) {
        columnCount = values.count
        for (index, value) in values.enumerated() {
            append(column: index, value)
            endRow()
        }
    }

    package var rowCount: Int { starts.count - 1 }
    package var entryCount: Int { columns.count }

    /// Adds an entry to the row that is being written; zeros are left out.
    package mutating func append(column: Int, _ value: Double) {
        guard value != 0 else { return }
        columns.append(Int32(column))
        values.append(value)
    }

    package mutating func endRow() {
        starts.append(columns.count)
    }

    /// Calls `body` for every entry.
    package func forEach(_ body: (_ row: Int, _ column: Int, _ value: Double) -> Void) {
        for row in 0..<rowCount {
            for index in starts[row]..<starts[row + 1] { body(row, Int(columns[index]), values[index]) }
        }
    }

    /// The matrix times `vector`.
    package func callAsFunction(_ vector: [Double]) -> [Double] {
        (0..<rowCount).map { row in
            (starts[row]..<starts[row + 1]).reduce(0) { $0 + values[$1] * vector[Int(columns[$1])] }
        }
    }

    /// Every row multiplied by its factor.
    package func scalingRows(by factors: [Double]) -> SparseMatrix {
        var result = self
        for row in 0..<rowCount {
            for index in starts[row]..<starts[row + 1] { result.values[index] *= factors[row] }
        }
        return result
    }

    /// This matrix after `first`: row by row into a dense row (Gustavson 1978).
    package func after(_ first: SparseMatrix) -> SparseMatrix {
        if let factors = first.diagonal { return scalingColumns(by: factors) }
        var result = SparseMatrix(columnCount: first.columnCount)
        var row = [Double](repeating: 0, count: first.columnCount)
        var isTouched = [Bool](repeating: false, count: first.columnCount)
        for index in 0..<rowCount {
            var touched: [Int] = []
            for entry in starts[index]..<starts[index + 1] {
                let inner = Int(columns[entry])
                for other in first.starts[inner]..<first.starts[inner + 1] {
                    let column = Int(first.columns[other])
                    if !isTouched[column] {
                        isTouched[column] = true
                        touched.append(column)
                    }
                    row[column] += values[entry] * first.values[other]
                }
            }
            for column in touched.sorted() {
                result.append(column: column, row[column])
                row[column] = 0
                isTouched[column] = false
            }
            result.endRow()
        }
        return result
    }

    package static func + (first: SparseMatrix, second: SparseMatrix) -> SparseMatrix {
        var result = SparseMatrix(columnCount: first.columnCount)
        for row in 0..<first.rowCount {
            var (a, b) = (first.starts[row], second.starts[row])
            while a < first.starts[row + 1] || b < second.starts[row + 1] {
                let left = a < first.starts[row + 1] ? first.columns[a] : .max
                let right = b < second.starts[row + 1] ? second.columns[b] : .max
                let value = (left <= right ? first.values[a] : 0) + (right <= left ? second.values[b] : 0)
                result.append(column: Int(min(left, right)), value)
                if left <= right { a += 1 }
                if right <= left { b += 1 }
            }
            result.endRow()
        }
        return result
    }

    /// The factors of a square matrix that has nothing but its diagonal.
    private var diagonal: [Double]? {
        guard rowCount == columnCount, entryCount <= rowCount else { return nil }
        var factors = [Double](repeating: 0, count: rowCount)
        for row in 0..<rowCount where starts[row] < starts[row + 1] {
            guard starts[row + 1] == starts[row] + 1, Int(columns[starts[row]]) == row else { return nil }
            factors[row] = values[starts[row]]
        }
        return factors
    }

    private func scalingColumns(by factors: [Double]) -> SparseMatrix {
        var result = SparseMatrix(columnCount: columnCount)
        for row in 0..<rowCount {
            for index in starts[row]..<starts[row + 1] {
                result.append(column: Int(columns[index]), values[index] * factors[Int(columns[index])])
            }
            result.endRow()
        }
        return result
    }
}

import Encryption
import Testing

@Suite struct SparseMatrixTests {
    @Test func productAppliesOneAfterTheOther() {
        var first = SparseMatrix(columnCount: 3)
        first.append(column: 0, 2)
        first.append(column: 2, -1)
        first.endRow()
        first.append(column: 1, 4)
        first.endRow()
        var second = SparseMatrix(columnCount: 2)
        for weights in [[1.0, 3], [0, 5], [0, 0]] {
            for (column, weight) in weights.enumerated() { second.append(column: column, weight) }
            second.endRow()
        }
        let vector = [1.5, -2, 7]
        #expect(second.after(first)(vector) == second(first(vector)))
    }
}

import Approx
import Foundation
import Testing

@Suite struct OrthogonalisationTests {
    private func random(_ rows: Int, _ columns: Int) -> [Float] {
        var random = SplitMix64(seed: UInt64(rows * 100 + columns))
        return (0..<rows * columns).map { _ in Float(random.nextUnit() - 0.4) }
    }

    /// Orthonormal vectors, by Gram and Schmidt.
    private func orthonormal(_ count: Int, length: Int) -> [[Double]] {
        var random = SplitMix64(seed: UInt64(count * 1000 + length))
        var vectors: [[Double]] = []
        for _ in 0..<count {
            var vector = (0..<length).map { _ in random.nextUnit() - 0.5 }
            for _ in 0..<2 {
                for other in vectors {
                    let share = zip(vector, other).reduce(0) { $0 + $1.0 * $1.1 }
                    vector = zip(vector, other).map { $0 - share * $1 }
                }
            }
            let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            vectors.append(vector.map { $0 / norm })
        }
        return vectors
    }

    /// Singular values of 1 down to 0.01 become ones near 1, with the singular vectors that they had.
    @Test(arguments: [(4, 30), (30, 4), (16, 16), (1, 9), (9, 1)])
    func singularValuesComeNearOne(rows: Int, columns: Int) {
        let order = min(rows, columns)
        let left = orthonormal(order, length: rows), right = orthonormal(order, length: columns)
        let values = (0..<order).map { pow(0.01, Double($0) / Double(max(order - 1, 1))) }
        var matrix = [Float](repeating: 0, count: rows * columns)
        for row in 0..<rows {
            for column in 0..<columns {
                matrix[row * columns + column] = Float(
                    (0..<order).reduce(0.0) { $0 + left[$1][row] * values[$1] * right[$1][column] })
            }
        }
        Orthogonalisation.apply(to: &matrix, rows: rows)
        for i in 0..<order {
            for j in 0..<order {
                let found = (0..<rows).reduce(0.0) { sum, row in
                    sum + left[i][row]
                        * (0..<columns).reduce(0.0) {
                            $0 + Double(matrix[row * columns + $1]) * right[j][$1]
                        }
                }
                if i == j { #expect((0.65...1.25).contains(found)) } else { #expect(abs(found) < 1e-3) }
            }
        }
    }

    @Test func sizeOfTheMatrixDoesNotMatter() {
        var (small, large) = (random(5, 12), random(5, 12).map { $0 * 1024 })
        Orthogonalisation.apply(to: &small, rows: 5)
        Orthogonalisation.apply(to: &large, rows: 5)
        #expect(zip(small, large).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test func zerosStay() {
        var zeros = [Float](repeating: 0, count: 12)
        Orthogonalisation.apply(to: &zeros, rows: 3)
        #expect(zeros.allSatisfy { $0 == 0 })
    }
}

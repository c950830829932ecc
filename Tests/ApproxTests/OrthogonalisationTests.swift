import Approx
import Foundation
import Testing

@Suite struct OrthogonalisationTests {
    private func random(_ rows: Int, _ columns: Int) -> [Float] {
        var random = SplitMix64(seed: UInt64(rows * 100 + columns))
        return (0..<rows * columns).map { _ in Float(random.nextUnit() - 0.4) }
    }

    /// left^T right or left right^T, whichever is smaller.
    private func product(_ left: [Float], _ right: [Float], rows: Int, columns: Int) -> [[Double]] {
        let order = min(rows, columns)
        return (0..<order).map { i in
            (0..<order).map { j in
                (0..<max(rows, columns)).reduce(0.0) { sum, k in
                    let (one, other) =
                        rows <= columns ? (i * columns + k, j * columns + k) : (k * columns + i, k * columns + j)
                    return sum + Double(left[one]) * Double(right[other])
                }
            }
        }
    }

    /// With M = U S V^T and the result O = U s V^T, O M^T is symmetric, and the Gram matrix of O is near the identity.
    @Test(arguments: [(4, 30), (30, 4), (16, 16), (1, 9), (9, 1)])
    func resultSharesTheSingularVectors(rows: Int, columns: Int) {
        let matrix = random(rows, columns)
        var result = matrix
        Orthogonalisation.apply(to: &result, rows: rows)
        let mixed = product(result, matrix, rows: rows, columns: columns)
        let largest = mixed.joined().reduce(0) { max($0, abs($1)) }
        for i in mixed.indices {
            for j in 0..<i { #expect(abs(mixed[i][j] - mixed[j][i]) < 1e-3 * largest) }
        }
        let gram = product(result, result, rows: rows, columns: columns)
        let order = Double(gram.count)
        let trace = gram.indices.reduce(0.0) { $0 + gram[$1][$1] } / order
        #expect((0.45...1.5).contains(trace))
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

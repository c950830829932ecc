internal import Foundation

/// How far logits are from a reference.
package struct LogitsError: Hashable, Sendable {
    /// The largest difference.
    package let largest: Double
    /// The root of the mean square.
    package let rootMeanSquare: Double
    /// log2 of the largest reference logit over the largest difference: digits that agree.
    package let bits: Double

    init(of logits: [Double], from reference: [Double]) {
        let differences = zip(logits, reference).map { abs($0 - $1) }
        let largest = differences.max() ?? 0
        self.largest = largest
        rootMeanSquare = (differences.reduce(0) { $0 + $1 * $1 } / Double(max(differences.count, 1))).squareRoot()
        let reach = reference.reduce(0) { max($0, abs($1)) }
        bits = largest > 0 ? log2(reach / largest) : .infinity
    }
}

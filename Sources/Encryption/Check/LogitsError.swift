internal import Foundation

/// How far logits are from a reference, where both are finite.
package struct LogitsError: Hashable, Codable, Sendable {
    /// The largest difference.
    package let largest: Double
    /// The root of the mean square.
    package let rootMeanSquare: Double
    /// log2 of the largest reference logit over the largest difference: digits that agree; nil where nothing differs.
    package let bits: Double?

    init(of logits: [Double], from reference: [Double]) {
        let differences = zip(logits, reference).map { abs($0 - $1) }.filter(\.isFinite)
        let largest = differences.max() ?? 0
        self.largest = largest
        rootMeanSquare = differences.rootMeanSquare
        let reach = reference.lazy.map(abs).filter(\.isFinite).max() ?? 0
        bits = largest > 0 && reach > 0 ? log2(reach / largest) : nil
    }
}

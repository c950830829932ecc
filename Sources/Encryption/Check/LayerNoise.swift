internal import Foundation

/// What the noise of CKKS comes to in front of one layer's squarings, by simulation of the first batches.
package struct LayerNoise: Hashable, Codable, Sendable {
    /// The layer's name.
    package let layer: String
    /// Root of the mean square over the layer's elements, in the variable that is squared, whose domain is -1...1.
    package let rootMeanSquare: Double
    /// log2 of the variable's own root mean square over the noise's; nil where one of them is 0.
    package let bits: Double?

    init(layer: String, values: [Double], reference: [Double]) {
        self.layer = layer
        rootMeanSquare = zip(values, reference).map(-).rootMeanSquare
        let bits = log2(reference.rootMeanSquare / rootMeanSquare)
        self.bits = bits.isFinite ? bits : nil
    }
}

extension [Double] {
    /// Root of the mean square, over the finite ones.
    var rootMeanSquare: Double {
        let finite = filter(\.isFinite)
        return (finite.reduce(0) { $0 + $1 * $1 } / Double(Swift.max(finite.count, 1))).squareRoot()
    }
}

internal import Foundation

/// What the noise of CKKS comes to in front of one layer's squarings, by simulation.
package struct LayerNoise: Hashable, Codable, Sendable {
    /// The layer's name.
    package let layer: String
    /// Root of the mean square over the layer's elements, in the variable that is squared, whose domain is -1...1.
    package let rootMeanSquare: Double
    /// log2 of the variable's own root mean square over the noise's; nil where one of them is 0.
    package let bits: Double?

    init(layer: String, values: [Double], reference: [Double]) {
        func rootMeanSquare(_ values: [Double]) -> Double {
            (values.reduce(0) { $0 + $1 * $1 } / Double(max(values.count, 1))).squareRoot()
        }
        self.layer = layer
        self.rootMeanSquare = rootMeanSquare(zip(values, reference).map(-).filter(\.isFinite))
        let bits = log2(rootMeanSquare(reference) / self.rootMeanSquare)
        self.bits = bits.isFinite ? bits : nil
    }
}

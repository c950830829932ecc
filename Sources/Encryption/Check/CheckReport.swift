/// What a check found.
package struct CheckReport: Hashable, Codable, Sendable {
    package let images: Int
    /// In the order of the stages that ran.
    package let stages: [CheckFigures]
    /// By layer, over the first batch; empty where nothing was simulated.
    package let noise: [LayerNoise]
    /// log2 of the largest magnitude in a slot at the circuit's end, 0 at least, and what the last modulus carries.
    package let reachBits: Double
    package let roomBits: Double
}

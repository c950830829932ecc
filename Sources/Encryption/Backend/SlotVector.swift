/// A stand-in for a ciphertext that holds its slots in clear.
package struct SlotVector: Sendable {
    package var slots: [Double]
    package var level: Int
    /// The stage of the circuit that it was brought into or encoded in; nil for fresh ciphertexts.
    var stage: Int?
    /// A sum of products that was not rescaled yet: noise that is added to it is smaller by the scale.
    var isProduct = false
    /// The key pair that it counts as encrypted under, 0 for plaintexts and in clear: what key switching adds depends on it.
    var key: Int
    /// Says how it came about, so that noise drawn for it does not depend on threads.
    var origin: UInt64
}

/// A stand-in for a ciphertext that holds its slots in clear.
package struct SlotVector: Sendable {
    package var slots: [Double]
    package var level: Int
    /// Says how it came about, so that noise drawn for it does not depend on threads.
    var origin: UInt64
}

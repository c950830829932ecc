/// Bootstraps of a circuit that takes more levels than its modulus has.
package enum BootstrapCount {
    /// Bootstraps along the longest path, where a fresh ciphertext and a bootstrapped one have `chain` levels.
    ///
    /// - Parameter chain: Positive; what bootstrapping itself takes is not among them.
    package static func bootstraps(levels: Int, chain: Int) -> Int {
        precondition(chain > 0, "a chain of \(chain) levels")
        return max(0, (levels + chain - 1) / chain - 1)
    }
}

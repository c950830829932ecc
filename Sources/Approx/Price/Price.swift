/// What a polynomial of one degree takes under encryption, on one ciphertext.
package struct Price: Hashable, Sendable {
    /// Multiplicative levels.
    package let levels: Int
    /// Products of two ciphertexts, squarings among them.
    package let ciphertextProducts: Int
    /// Products of a ciphertext and a plaintext.
    package let plaintextProducts: Int
    /// An estimate: wall-clock seconds of one thread at the parameters that the list names as its source.
    package let seconds: Double

    package init(levels: Int, ciphertextProducts: Int, plaintextProducts: Int, seconds: Double) {
        self.levels = levels
        self.ciphertextProducts = ciphertextProducts
        self.plaintextProducts = plaintextProducts
        self.seconds = seconds
    }
}

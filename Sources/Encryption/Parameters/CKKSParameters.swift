/// The ring and the moduli of a circuit: leveled CKKS at 128 bits of classical security.
///
/// The plan is made with the table of the Homomorphic Encryption Standard (Albrecht et al. 2018, ternary secrets),
/// which is OpenFHE's too, and with OpenFHE's own estimate of the moduli; OpenFHE checks it again when the keys are made,
/// and its word is final.
package struct CKKSParameters: Hashable, Sendable {
    /// log2 of the ring's dimension N.
    package let logRing: Int
    /// Levels of the circuit: rescalings between fresh ciphertext and result.
    package let depth: Int
    /// log2 of the scale, and of each modulus but the last level's.
    package let scaleBits: Int
    /// log2 of the last level's modulus.
    package let firstBits: Int
    /// Digits of hybrid key switching: fewer are faster and need a larger auxiliary modulus.
    package let digits: Int

    /// The most bits of Q P, by log2 N.
    package static let securityBits = [13: 218, 14: 438, 15: 881, 16: 1747]
    /// OpenFHE's auxiliary primes.
    static let auxiliaryBits = 60
    /// Between the last modulus and the scale: room for values up to 2^13.
    private static let headroom = 14
    private static let scales = 33...45
    private static let comfortableScale = 36

    package var slots: Int { 1 << (logRing - 1) }
    /// Moduli of a fresh ciphertext.
    package var limbs: Int { depth + 1 }
    /// Moduli in the largest digit.
    package var limbsPerDigit: Int { (limbs + digits - 1) / digits }

    /// log2 of the largest digit, which is the first one.
    var digitBits: Int { firstBits + (limbsPerDigit - 1) * scaleBits }

    /// Moduli and bits of each digit.
    var digitSizes: [(limbs: Int, bits: Int)] {
        stride(from: 0, to: limbs, by: limbsPerDigit).map { first in
            let count = min(limbsPerDigit, limbs - first)
            return (count, first == 0 ? digitBits : count * scaleBits)
        }
    }

    /// Auxiliary primes of key switching, together at least as large as a digit.
    package var auxiliaryLimbs: Int {
        (Self.productBits(digitBits) + Self.auxiliaryBits - 1) / Self.auxiliaryBits
    }

    /// log2 of Q P as OpenFHE estimates it before it looks for primes, which security limits.
    package var modulusBits: Int {
        Self.productBits(firstBits + depth * scaleBits) + auxiliaryLimbs * Self.auxiliaryBits
    }

    /// Whether OpenFHE's table has the ring at 128 bits of classical security with these moduli.
    package var isSecure: Bool { modulusBits <= Self.securityBits[logRing] ?? 0 }

    /// OpenFHE's bound on a product of moduli of so many bits in all: primes lie above and below the scale by turns, so
    /// it allows a bit more, unless the product is one prime of the largest size.
    private static func productBits(_ bits: Int) -> Int { bits == auxiliaryBits ? bits : bits + 1 }

    /// log2 of the largest magnitude that a slot may have at the last level.
    package var roomBits: Double { Double(firstBits - scaleBits - 1) }

    package init(logRing: Int, depth: Int, scaleBits: Int, firstBits: Int, digits: Int) {
        self.logRing = logRing
        self.depth = depth
        self.scaleBits = scaleBits
        self.firstBits = firstBits
        self.digits = digits
    }

    /// The smallest ring that is secure for `depth` levels and has `slots` slots; in it the fewest digits that leave a
    /// comfortable scale, and then the largest scale.
    ///
    /// - Throws: ``EncryptionError/depth(_:logRing:)`` where there is none.
    package init(depth: Int, slots: Int) throws(EncryptionError) {
        for logRing in Self.securityBits.keys.sorted() where 1 << (logRing - 1) >= slots {
            for comfortable in [true, false] {
                for digits in 1...depth + 1 {
                    let scales = Self.scales.reversed().filter { !comfortable || $0 >= Self.comfortableScale }
                    for scale in scales {
                        let parameters = CKKSParameters(
                            logRing: logRing, depth: depth, scaleBits: scale,
                            firstBits: min(Self.auxiliaryBits, scale + Self.headroom), digits: digits)
                        if parameters.isSecure && parameters.usesAllDigits {
                            self = parameters
                            return
                        }
                    }
                }
            }
        }
        throw .depth(depth, logRing: 13...16)
    }

    /// Whether no digit would be empty, which OpenFHE refuses.
    var usesAllDigits: Bool { (digits - 1) * limbsPerDigit < limbs }

    /// Moduli that a ciphertext has left at `level`.
    func limbs(at level: Int) -> Int { limbs - level }

    /// Bytes of one key for a rotation or for relinearisation.
    package var keyBytes: Int { digits * 2 * (limbs + auxiliaryLimbs) * (1 << logRing) * 8 }

    func ciphertextBytes(at level: Int) -> Int { 2 * limbs(at: level) * (1 << logRing) * 8 }
    func plaintextBytes(at level: Int) -> Int { ciphertextBytes(at: level) / 2 }

    /// A fresh ciphertext taken into digits, each of them raised to all moduli.
    var digitsBytes: Int { digits * raisedBytes }

    /// What a thread works with while it switches the key of a fresh ciphertext that is in digits: both parts of the sum
    /// over the digits, and of their quotient by the auxiliary modulus.
    var switchingBytes: Int { 2 * raisedBytes + ciphertextBytes(at: 0) }

    private var raisedBytes: Int { (limbs + auxiliaryLimbs) * (1 << logRing) * 8 }
}

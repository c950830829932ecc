internal import Approx
internal import Foundation

/// The noise of CKKS as independent Gaussians on the slots; that of key switching is ``KeySwitchingNoise``.
///
/// Noise with variance V on each coefficient of a polynomial has variance N V / 2 on the real part of each slot. The
/// variances per coefficient are those of Costache, Curtis, Hales, Murphy, Ogilvie and Player (2023) for RNS-CKKS with
/// ternary secrets and errors of standard deviation 3.19.
struct NoiseModel: Sendable {
    private let parameters: CKKSParameters
    private let seed: UInt64

    /// Of a coefficient of an error.
    static let errorVariance = 3.19 * 3.19
    /// Of a coefficient of the secret, uniform in -1, 0, 1.
    static let secretVariance = 2.0 / 3

    init(_ parameters: CKKSParameters, seed: UInt64) {
        self.parameters = parameters
        self.seed = seed
    }

    private var dimension: Double { Double(1 << parameters.logRing) }

    /// Standard deviation on a slot, at the scale.
    ///
    /// - Parameter variance: On a coefficient.
    func deviation(variance: Double) -> Double {
        (dimension * variance / 2).squareRoot() / pow(2, Double(parameters.scaleBits))
    }

    /// Rounding a plaintext to integers.
    var encoding: Double { deviation(variance: 1.0 / 12) }

    /// A fresh encryption under the public key: e v + e0 + e1 s, and its plaintext's rounding.
    var fresh: Double {
        let mask = dimension * Self.secretVariance
        return deviation(variance: Self.errorVariance * (1 + 2 * mask) + 1.0 / 12)
    }

    /// Rounding both parts of a ciphertext, by rescaling.
    var rounding: Double { deviation(variance: (1 + dimension * Self.secretVariance) / 12) }

    /// Decoded values under OpenFHE, which adds noise of its own at that: of twice the variance (its CKKS_M_FACTOR of 1,
    /// plus 1) that it finds in the imaginary parts of all slots, which have half of the noise.
    ///
    /// - Parameter noise: Standard deviation over all slots of the ciphertext.
    func decoded(_ values: [Double], noise: Double) -> [Double] {
        adding(noise, to: SlotVector(slots: values, level: 0, key: 0, origin: 8)).slots
    }

    /// `vector` with noise that depends on the seed and on how the vector came about.
    func adding(_ deviation: Double, to vector: SlotVector) -> SlotVector {
        var result = vector
        var numbers = SplitMix64(seed: seed, stream: vector.origin)
        for index in stride(from: 0, to: result.slots.count, by: 2) {
            let (first, second) = numbers.nextGaussianPair()
            result.slots[index] += deviation * first
            if index + 1 < result.slots.count { result.slots[index + 1] += deviation * second }
        }
        return result
    }
}

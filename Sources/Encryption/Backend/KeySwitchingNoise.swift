internal import Approx
internal import Foundation

/// What hybrid key switching adds to the slots of a ciphertext.
///
/// OpenFHE changes the basis of residues approximately: what comes out is off by a sum of as many fractions of the old
/// modulus, uniform in 0...1, as that has limbs. Their variance falls on all slots alike. Their mean is the same on all
/// coefficients, so that it is 1 + X + ... + X^(N-1), which is 1 + i cot(theta / 2) at a slot's root exp(i theta): almost
/// all of it falls on the few slots whose roots are next to 1, times the value there of the secret, or of the error in the
/// key, so that it is the same for every ciphertext under one key.
struct KeySwitchingNoise: Sendable {
    /// Standard deviation on every slot, at the scale.
    let deviation: Double
    private let roots: [PeakRoot]
    /// What the mean of dividing by the auxiliary modulus has on a slot, by the slot's cotangent and the secret there.
    private let divisionMean: Double
    /// What the mean of raising the digits has on a slot, by the slot's cotangent and the key's error there.
    private let raisingMean: Double
    private let slots: Int
    private let stage: Int
    private let seed: UInt64

    /// A slot whose root is next to 1.
    private struct PeakRoot {
        let slot: Int
        let cotangent: Double
    }

    /// Roots exp(i pi m / N) with odd |m| below this are peaks: they have 99.7 % of the mean's square.
    private static let peakExponents = 128

    init(_ stage: KeyStage, seed: UInt64) {
        let parameters = stage.parameters
        let dimension = Double(1 << parameters.logRing)
        let scale = pow(2, Double(parameters.scaleBits))
        let secret = dimension * NoiseModel.secretVariance
        let error = dimension * NoiseModel.errorVariance
        let auxiliaryBits = parameters.auxiliaryLimbs * CKKSParameters.auxiliaryBits
        let auxiliaryLimbs = Double(parameters.auxiliaryLimbs)
        var variance = auxiliaryLimbs / 12 * (1 + secret)
        var squaredMean = 0.0
        for digit in parameters.digitSizes {
            let limbs = Double(digit.limbs)
            let share = error * pow(4, Double(digit.bits - auxiliaryBits))
            variance += limbs / 12 * share
            squaredMean += limbs * limbs / 4 * share
        }
        deviation = NoiseModel(parameters, seed: seed).deviation(variance: variance)
        divisionMean = auxiliaryLimbs / 2 * (secret / 2).squareRoot() / scale
        raisingMean = (squaredMean / 2).squareRoot() / scale
        slots = parameters.slots
        self.stage = stage.index
        self.seed = seed
        roots = Self.roots(dimension: 1 << parameters.logRing)
    }

    /// Slot j has the root exp(i pi 5^j / N).
    private static func roots(dimension: Int) -> [PeakRoot] {
        var exponent = 1
        return (0..<dimension / 2).compactMap { slot in
            defer { exponent = exponent * 5 % (2 * dimension) }
            guard min(exponent, 2 * dimension - exponent) < peakExponents else { return nil }
            return PeakRoot(slot: slot, cotangent: 1 / tan(Double.pi * Double(exponent) / Double(2 * dimension)))
        }
    }

    /// What every ciphertext under a key pair has on few slots once it is rotated: keys are switched before slots move.
    ///
    /// - Returns: Slots of the result with what is added there, at the scale.
    func peaks(rotatingBy step: Int, key: Int) -> [(slot: Int, value: Double)] {
        roots.map { root in
            let slot = (root.slot - step + slots) % slots
            var secret = SplitMix64(seed: seed, stream: UInt64(key), UInt64(slot))
            var error = SplitMix64(seed: seed, stream: UInt64(key), UInt64(slot), UInt64(stage), UInt64(step))
            return (slot, root.cotangent * (divisionMean * secret.nextGaussian() + raisingMean * error.nextGaussian()))
        }
    }
}

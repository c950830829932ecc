/// What OpenFHE's operations cost on one thread, from the number of transforms and products of limbs in each.
///
/// The constants are measured (docs/decisions/0013): the estimate is for planning, and `centroid check` prints it beside
/// the time that the run took.
struct OperationCost: Sendable {
    let parameters: CKKSParameters

    /// Seconds of a number-theoretic transform, for each coefficient and each bit of log N.
    private static let transform = 1.1e-9
    /// Seconds of a modular product with its addition, for each coefficient.
    private static let product = 4.3e-9
    /// Seconds to draw one random coefficient of a key.
    private static let sampling = 2e-8

    private func seconds(transforms: Int, products: Int) -> Double {
        let coefficients = Double(1 << parameters.logRing)
        return coefficients
            * (Double(transforms * parameters.logRing) * Self.transform + Double(products) * Self.product)
    }

    private func digits(at level: Int) -> Int {
        (parameters.limbs(at: level) + parameters.limbsPerDigit - 1) / parameters.limbsPerDigit
    }

    /// Taking a ciphertext apart into digits, each raised to all moduli.
    func digits(level: Int) -> Double {
        let limbs = parameters.limbs(at: level)
        let raised = digits(at: level) * (limbs + parameters.auxiliaryLimbs)
        return seconds(transforms: limbs + raised - limbs, products: raised * parameters.limbsPerDigit)
    }

    /// A rotation of a ciphertext that is in digits already.
    func baby(level: Int) -> Double {
        let limbs = parameters.limbs(at: level)
        let extended = limbs + parameters.auxiliaryLimbs
        return seconds(
            transforms: 2 * extended,
            products: 2 * digits(at: level) * extended + 2 * limbs * parameters.auxiliaryLimbs)
    }

    func rotation(level: Int) -> Double { digits(level: level) + baby(level: level) }

    /// Squaring, relinearisation and rescaling.
    func square(level: Int) -> Double {
        rotation(level: level) + rescale(level: level)
            + seconds(transforms: 0, products: 3 * parameters.limbs(at: level))
    }

    func rescale(level: Int) -> Double {
        let limbs = parameters.limbs(at: level)
        return seconds(transforms: 2 * limbs, products: 2 * limbs)
    }

    /// A ciphertext times a plaintext, added to a sum.
    func product(level: Int) -> Double { seconds(transforms: 0, products: 2 * parameters.limbs(at: level)) }

    func encode(level: Int) -> Double {
        let limbs = parameters.limbs(at: level)
        return seconds(transforms: limbs + 4, products: limbs)
    }

    /// One evaluation key.
    var key: Double {
        let limbs = parameters.limbs + parameters.auxiliaryLimbs
        let drawn = Double(2 * parameters.digits * limbs * (1 << parameters.logRing)) * Self.sampling
        return seconds(transforms: 2 * parameters.digits * limbs, products: 3 * parameters.digits * limbs) + drawn
    }
}

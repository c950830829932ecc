extension CKKSParameters {
    /// Bits by which the auxiliary modulus exceeds a digit, so that key switching adds little to what rounding does.
    private static let keySwitchingMargin = 6

    /// The parameters of what a ciphertext has left at `level`: the same ring and first moduli, and the digits of key
    /// switching that are secure and take the least time. Fewer moduli leave more room for the auxiliary one, so digits
    /// get fewer: keys for a later level are smaller and quicker by far. They are never less secure than these.
    package func left(at level: Int) -> CKKSParameters {
        guard level > 0 else { return self }
        let limbs = limbs(at: level)
        func parameters(digits: Int) -> CKKSParameters {
            CKKSParameters(
                logRing: logRing, depth: depth - level, scaleBits: scaleBits, firstBits: firstBits, digits: digits)
        }
        // A circuit that runs one batch has about one key for each rotation.
        let best = (1...limbs).map(parameters).filter { $0.usesAllDigits && $0.isSecure && $0.hasMargin }.min {
            OperationCost(parameters: $0).rotationWithKey < OperationCost(parameters: $1).rotationWithKey
        }
        // Digits no larger than these, of fewer moduli: neither Q nor the auxiliary modulus is larger than here.
        return best ?? parameters(digits: (limbs + limbsPerDigit - 1) / limbsPerDigit)
    }

    private var hasMargin: Bool { auxiliaryLimbs * Self.auxiliaryBits - digitBits >= Self.keySwitchingMargin }
}

extension OperationCost {
    fileprivate var rotationWithKey: Double { rotation(level: 0) + key }
}

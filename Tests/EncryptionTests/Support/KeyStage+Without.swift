import Encryption

extension KeyStage {
    /// One key fewer.
    func without(step: Int) -> KeyStage {
        KeyStage(index, level, parameters, rotationSteps.filter { $0 != step }, relinearises: relinearises)
    }

    var withoutRelinearisation: KeyStage {
        KeyStage(index, level, parameters, rotationSteps, relinearises: false)
    }

    private init(_ index: Int, _ level: Int, _ left: CKKSParameters, _ steps: [Int], relinearises: Bool) {
        let whole = CKKSParameters(
            logRing: left.logRing, depth: left.depth + level, scaleBits: left.scaleBits, firstBits: left.firstBits,
            digits: left.digits)
        self.init(of: whole, index, at: level, rotationSteps: steps, relinearises: relinearises)
    }
}

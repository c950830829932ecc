/// Slot arithmetic in double precision: the reference for what a circuit computes.
///
/// It has the levels and the evaluation keys of a stage under the real backend and fails where that would, so that a
/// circuit that runs here has all keys that it needs. It can drift as the real one does.
package struct ClearServer: SlotServer {
    package let parameters: CKKSParameters
    private let stage: KeyStage
    private let steps: Set<Int>
    private let drifts: [Double]

    /// With the keys of a stage.
    ///
    /// - Parameters:
    ///   - parameters: The whole circuit's.
    ///   - drifts: What a rescaling at each level divides by, 1 for levels beyond: for tests of what makes up for it.
    package init(_ parameters: CKKSParameters, for stage: KeyStage, drifts: [Double] = []) {
        self.parameters = parameters
        self.stage = stage
        steps = Set(stage.rotationSteps)
        self.drifts = drifts
    }

    package func drift(at level: Int) -> Double { level < drifts.count ? drifts[level] : 1 }

    package func encode(_ slots: [Double], level: Int) throws(EncryptionError) -> SlotVector {
        try stage.expect(level)
        return SlotVector(slots: slots, level: level, stage: stage.index, key: 0, origin: UInt64(level))
    }

    package func digits(of ciphertext: SlotVector) {}

    package func rotate(
        _ ciphertext: SlotVector, _ digits: Void?, by step: Int
    ) throws(EncryptionError) -> SlotVector {
        try expectInside(ciphertext)
        guard steps.contains(step) else { throw .missingRotation(step: step) }
        var result = ciphertext
        result.slots = Array(ciphertext.slots[step...] + ciphertext.slots[..<step])
        result.origin = Self.mixed(ciphertext.origin, UInt64(step), 1)
        return result
    }

    package func sum(of products: [(SlotVector, SlotVector)]) throws(EncryptionError) -> SlotVector {
        var sum = [Double](repeating: 0, count: parameters.slots)
        var origin: UInt64 = 2
        let level = products.first?.0.level ?? 0
        let key = products.first?.0.key ?? 0
        for (ciphertext, plaintext) in products {
            for vector in [plaintext, ciphertext] {
                try expectInside(vector)
                try check(vector, against: level)
            }
            for index in sum.indices { sum[index] += ciphertext.slots[index] * plaintext.slots[index] }
            origin = Self.mixed(origin, ciphertext.origin, plaintext.origin)
        }
        return SlotVector(slots: sum, level: level, stage: stage.index, isProduct: true, key: key, origin: origin)
    }

    package func add(_ first: SlotVector, _ second: SlotVector) throws(EncryptionError) -> SlotVector {
        try expectInside(first)
        try expectInside(second)
        try check(second, against: first.level)
        return SlotVector(
            slots: zip(first.slots, second.slots).map(+), level: first.level, stage: stage.index,
            isProduct: first.isProduct, key: first.key, origin: Self.mixed(first.origin, second.origin, 3))
    }

    package func rescale(_ ciphertext: SlotVector) throws(EncryptionError) -> SlotVector {
        try expectInside(ciphertext)
        guard ciphertext.level < parameters.depth else {
            throw .exhausted(level: ciphertext.level, depth: parameters.depth)
        }
        var result = ciphertext
        result.level += 1
        result.isProduct = false
        result.origin = Self.mixed(ciphertext.origin, 4, 4)
        let drift = drift(at: ciphertext.level)
        if drift != 1 { result.slots = result.slots.map { $0 / drift } }
        return result
    }

    package func square(_ ciphertext: SlotVector) throws(EncryptionError) -> SlotVector {
        var result = try rescale(ciphertext)
        guard stage.relinearises else { throw .missingRelinearisation }
        let drift = drift(at: ciphertext.level)
        result.slots = ciphertext.slots.map { $0 * $0 / drift }
        result.origin = Self.mixed(ciphertext.origin, 5, 5)
        return result
    }

    package func drop(_ ciphertext: SlotVector, to level: Int) throws(EncryptionError) -> SlotVector {
        try stage.expect(level)
        guard level >= ciphertext.level, level <= parameters.depth else {
            throw .exhausted(level: ciphertext.level, depth: parameters.depth)
        }
        var result = ciphertext
        result.level = level
        result.stage = stage.index
        return result
    }

    private func expectInside(_ vector: SlotVector) throws(EncryptionError) {
        guard vector.stage == stage.index else { throw .outsideStage(stage.index) }
    }

    private func check(_ vector: SlotVector, against level: Int) throws(EncryptionError) {
        guard vector.level == level else {
            throw .library(doing: "adding in clear", reason: "one stands at level \(vector.level), one at \(level)")
        }
    }

    /// One number out of three, by the finaliser of MurmurHash3.
    static func mixed(_ a: UInt64, _ b: UInt64, _ c: UInt64) -> UInt64 {
        var hash = a &* 0x9E37_79B9_7F4A_7C15 ^ (b &+ 0x632B_E59B_D9B4_E019) &* 0xFF51_AFD7_ED55_8CCD ^ c
        hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        return hash ^ (hash >> 33)
    }
}

/// Passes slots on as they are.
package struct ClearClient: SlotClient {
    package init() {}

    package func encrypt(_ slots: [Double]) -> SlotVector {
        SlotVector(slots: slots, level: 0, key: 0, origin: slots.reduce(1) { ClearServer.mixed($0, $1.bitPattern, 6) })
    }

    package func decrypt(_ ciphertext: SlotVector) -> [Double] { ciphertext.slots }
}

internal import COpenFHE
internal import Foundation

/// The evaluating role under real CKKS, for one stage of a circuit. It holds parameters and public keys only: no function
/// of it takes a secret.
///
/// Levels are the whole circuit's; ciphertexts come into the stage by ``drop(_:to:)``.
package struct OpenFHEServer: SlotServer {
    package enum PlaintextKind {}
    package enum DigitsKind {}
    package typealias Plaintext = OpenFHEObject<PlaintextKind>
    package typealias Digits = OpenFHEObject<DigitsKind>

    private let keys: OpenFHEEvaluationKeys
    private var context: OpenFHEContext { keys.context }
    private var library: OpenFHELibrary { context.library }
    private var depth: Int { context.whole.limbs - 1 }
    private var stage: KeyStage { keys.stage }

    package init(_ keys: OpenFHEEvaluationKeys) {
        self.keys = keys
    }

    package func drift(at level: Int) -> Double {
        context.whole.moduli[depth - level] / pow(2, Double(context.scaleBits))
    }

    package func encode(_ slots: [Double], level: Int) throws(EncryptionError) -> Plaintext {
        try stage.expect(level)
        let pointer = library.functions.plaintext_encode(
            context.pointer, slots, Int32(slots.count), Int32(level - stage.level))
        return Plaintext(try library.made(pointer, "encoding"), free: library.functions.plaintext_free)
    }

    package func digits(of ciphertext: OpenFHECiphertext) throws(EncryptionError) -> Digits {
        try expectInside(ciphertext)
        let pointer = library.functions.digits_make(context.pointer, ciphertext.pointer)
        return Digits(try library.made(pointer, "preparing a rotation"), free: library.functions.digits_free)
    }

    package func rotate(
        _ ciphertext: OpenFHECiphertext, _ digits: Digits?, by step: Int
    ) throws(EncryptionError) -> OpenFHECiphertext {
        try expectInside(ciphertext)
        let pointer = library.functions.rotate(context.pointer, ciphertext.pointer, digits?.pointer, Int32(step))
        if pointer == nil, library.functions.can_rotate(context.pointer, ciphertext.pointer, Int32(step)) <= 0 {
            throw .missingRotation(step: step)
        }
        return try made(pointer, "rotating by \(step) slots")
    }

    package func sum(
        of products: [(OpenFHECiphertext, Plaintext)]
    ) throws(EncryptionError) -> OpenFHECiphertext {
        for (ciphertext, _) in products { try expectInside(ciphertext) }
        let ciphertexts = products.map { $0.0.pointer }
        let plaintexts = products.map { $0.1.pointer }
        let pointer = library.functions.sum_of_products(ciphertexts, plaintexts, Int32(products.count))
        return try made(pointer, "multiplying with plaintexts")
    }

    package func add(
        _ first: OpenFHECiphertext, _ second: OpenFHECiphertext
    ) throws(EncryptionError) -> OpenFHECiphertext {
        try expectInside(first)
        try expectInside(second)
        return try made(library.functions.add(context.pointer, first.pointer, second.pointer), "adding")
    }

    package func add(
        _ ciphertext: OpenFHECiphertext, _ plaintext: Plaintext
    ) throws(EncryptionError) -> OpenFHECiphertext {
        try expectInside(ciphertext)
        return try made(library.functions.add_plaintext(ciphertext.pointer, plaintext.pointer), "adding a plaintext")
    }

    package func rescale(_ ciphertext: OpenFHECiphertext) throws(EncryptionError) -> OpenFHECiphertext {
        try checkLevel(of: ciphertext)
        return try made(library.functions.rescale(context.pointer, ciphertext.pointer), "rescaling")
    }

    package func square(_ ciphertext: OpenFHECiphertext) throws(EncryptionError) -> OpenFHECiphertext {
        try checkLevel(of: ciphertext)
        let pointer = library.functions.square(context.pointer, ciphertext.pointer)
        if pointer == nil, library.functions.can_square(ciphertext.pointer) <= 0 { throw .missingRelinearisation }
        return try made(pointer, "squaring")
    }

    package func drop(
        _ ciphertext: OpenFHECiphertext, to level: Int
    ) throws(EncryptionError) -> OpenFHECiphertext {
        try stage.expect(level)
        guard level >= ciphertext.level, level <= depth else {
            throw .exhausted(level: ciphertext.level, depth: depth)
        }
        return try ciphertext.moved(to: context, level: level)
    }

    private func expectInside(_ ciphertext: OpenFHECiphertext) throws(EncryptionError) {
        guard ciphertext.context === context else { throw .outsideStage(stage.index) }
    }

    private func checkLevel(of ciphertext: OpenFHECiphertext) throws(EncryptionError) {
        try expectInside(ciphertext)
        guard ciphertext.level < depth else { throw .exhausted(level: ciphertext.level, depth: depth) }
    }

    private func made(_ pointer: OpaquePointer?, _ doing: String) throws(EncryptionError) -> OpenFHECiphertext {
        OpenFHECiphertext(try library.made(pointer, doing), context)
    }
}

internal import COpenFHE
internal import Foundation

/// The evaluating role under real CKKS. It holds parameters and public keys only: no function of it takes a secret.
package struct OpenFHEServer: SlotServer {
    package final class Plaintext: @unchecked Sendable {
        // Sendable: it is never changed, and the library reads a plaintext from any thread (COpenFHE.h).
        fileprivate let pointer: OpaquePointer
        private let library: OpenFHELibrary

        fileprivate init(_ pointer: OpaquePointer, _ library: OpenFHELibrary) {
            self.pointer = pointer
            self.library = library
        }

        deinit { library.functions.plaintext_free(pointer) }
    }

    package final class Digits: @unchecked Sendable {
        // Sendable: they are never changed, and the library reads them from any thread (COpenFHE.h).
        fileprivate let pointer: OpaquePointer
        private let library: OpenFHELibrary

        fileprivate init(_ pointer: OpaquePointer, _ library: OpenFHELibrary) {
            self.pointer = pointer
            self.library = library
        }

        deinit { library.functions.digits_free(pointer) }
    }

    /// Keys out of a file, which leave the process with the last server that has them.
    private final class EvaluationKeys: @unchecked Sendable {
        // Sendable: nothing but the end uses the pointer.
        private let pointer: OpaquePointer
        private let library: OpenFHELibrary

        init(_ pointer: OpaquePointer, _ library: OpenFHELibrary) {
            self.pointer = pointer
            self.library = library
        }

        deinit { library.functions.evaluation_keys_free(pointer) }
    }

    private let context: OpenFHEContext
    /// nil where they are the client's of this process.
    private let keys: EvaluationKeys?
    private var library: OpenFHELibrary { context.library }

    /// A server that uses the evaluation keys which a client of the same context has made in this process.
    package init(_ context: OpenFHEContext) {
        self.context = context
        keys = nil
    }

    /// A server with the evaluation keys that a client wrote to a file. A process has each client's keys once.
    ///
    /// - Throws: ``EncryptionError/unreadable(what:reason:)`` for keys of other parameters, too.
    package init(_ context: OpenFHEContext, readingEvaluationKeys path: String) throws(EncryptionError) {
        self.context = context
        let pointer = try context.library.read(
            context.library.functions.server_read_evaluation_keys(context.pointer, path), "evaluation keys")
        keys = EvaluationKeys(pointer, context.library)
    }

    package func drift(at level: Int) -> Double {
        context.moduli[context.moduli.count - 1 - level] / pow(2, Double(context.scaleBits))
    }

    package func encode(_ slots: [Double], level: Int) throws(EncryptionError) -> Plaintext {
        let pointer = library.functions.plaintext_encode(context.pointer, slots, Int32(slots.count), Int32(level))
        return Plaintext(try library.made(pointer, "encoding"), library)
    }

    package func digits(of ciphertext: OpenFHECiphertext) throws(EncryptionError) -> Digits {
        let pointer = library.functions.digits_make(context.pointer, ciphertext.pointer)
        return Digits(try library.made(pointer, "preparing a rotation"), library)
    }

    package func rotate(
        _ ciphertext: OpenFHECiphertext, _ digits: Digits?, by step: Int
    ) throws(EncryptionError) -> OpenFHECiphertext {
        let pointer = library.functions.rotate(context.pointer, ciphertext.pointer, digits?.pointer, Int32(step))
        if pointer == nil, library.functions.can_rotate(context.pointer, ciphertext.pointer, Int32(step)) <= 0 {
            throw .missingRotation(step: step)
        }
        return try made(pointer, "rotating by \(step) slots")
    }

    package func sum(
        of products: [(OpenFHECiphertext, Plaintext)]
    ) throws(EncryptionError) -> OpenFHECiphertext {
        let ciphertexts = products.map { $0.0.pointer }
        let plaintexts = products.map { $0.1.pointer }
        let pointer = library.functions.sum_of_products(
            context.pointer, ciphertexts, plaintexts, Int32(products.count))
        return try made(pointer, "multiplying with plaintexts")
    }

    package func add(
        _ first: OpenFHECiphertext, _ second: OpenFHECiphertext
    ) throws(EncryptionError) -> OpenFHECiphertext {
        try made(library.functions.add(context.pointer, first.pointer, second.pointer), "adding")
    }

    package func add(
        _ ciphertext: OpenFHECiphertext, _ plaintext: Plaintext
    ) throws(EncryptionError) -> OpenFHECiphertext {
        try made(
            library.functions.add_plaintext(context.pointer, ciphertext.pointer, plaintext.pointer),
            "adding a plaintext")
    }

    package func rescale(_ ciphertext: OpenFHECiphertext) throws(EncryptionError) -> OpenFHECiphertext {
        try checkLevel(of: ciphertext)
        return try made(library.functions.rescale(context.pointer, ciphertext.pointer), "rescaling")
    }

    package func square(_ ciphertext: OpenFHECiphertext) throws(EncryptionError) -> OpenFHECiphertext {
        try checkLevel(of: ciphertext)
        return try made(library.functions.square(context.pointer, ciphertext.pointer), "squaring")
    }

    package func drop(
        _ ciphertext: OpenFHECiphertext, to level: Int
    ) throws(EncryptionError) -> OpenFHECiphertext {
        let levels = level - ciphertext.level
        guard levels != 0 else { return ciphertext }
        return try made(
            library.functions.drop_levels(context.pointer, ciphertext.pointer, Int32(levels)), "dropping levels")
    }

    private func checkLevel(of ciphertext: OpenFHECiphertext) throws(EncryptionError) {
        let depth = context.moduli.count - 1
        guard ciphertext.level < depth else { throw .exhausted(level: ciphertext.level, depth: depth) }
    }

    private func made(_ pointer: OpaquePointer?, _ doing: String) throws(EncryptionError) -> OpenFHECiphertext {
        OpenFHECiphertext(try library.made(pointer, doing), context)
    }
}

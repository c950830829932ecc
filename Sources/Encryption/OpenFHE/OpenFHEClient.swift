internal import COpenFHE

/// The data's owner: makes the keys, encrypts and decrypts. The secret key stays in here.
///
/// Decrypted values of CKKS carry noise that depends on the secret key (Li and Micciancio 2021): who gives them to
/// others gives away more than the result, so ``decrypt(_:)`` is for the owner's own eyes.
package final class OpenFHEClient: SlotClient, @unchecked Sendable {
    // Sendable: the keys are constant after init, and the library reads them from any thread (COpenFHE.h).
    private let context: OpenFHEContext
    private let pointer: OpaquePointer

    /// With fresh keys.
    package init(_ context: OpenFHEContext) throws(EncryptionError) {
        self.context = context
        pointer = try context.library.made(context.library.functions.client_make(context.pointer), "making keys")
    }

    /// With the keys that ``writeSecret(to:)`` wrote.
    package init(readingSecret path: String, _ context: OpenFHEContext) throws(EncryptionError) {
        self.context = context
        pointer = try context.library.read(
            context.library.functions.client_read(context.pointer, path), "the secret key")
    }

    deinit {
        _ = context.library.functions.client_forget_evaluation_keys(pointer)
        context.library.functions.client_free(pointer)
    }

    /// Secret and public key, in a file that the owner alone may read.
    package func writeSecret(to path: String) throws(EncryptionError) {
        try context.library.written(context.library.functions.client_write(pointer, path), "the secret key")
    }

    /// Makes the public keys with which servers of the same context in this process relinearise and rotate, as long as
    /// the client lives.
    ///
    /// - Parameter steps: In slots, see ``Circuit/rotationSteps``.
    package func makeEvaluationKeys(steps: [Int]) throws(EncryptionError) {
        let steps = steps.map(Int32.init)
        try context.library.checked(
            context.library.functions.client_evaluation_keys(pointer, steps, Int32(steps.count)),
            "making evaluation keys")
    }

    /// Writes the evaluation keys for a server in another process.
    package func writeEvaluationKeys(to path: String) throws(EncryptionError) {
        try context.library.written(
            context.library.functions.client_write_evaluation_keys(pointer, path), "evaluation keys")
    }

    /// Forgets the evaluation keys in this process.
    package func forgetEvaluationKeys() throws(EncryptionError) {
        try context.library.checked(
            context.library.functions.client_forget_evaluation_keys(pointer), "forgetting evaluation keys")
    }

    package func encrypt(_ slots: [Double]) throws(EncryptionError) -> OpenFHECiphertext {
        let ciphertext = context.library.functions.client_encrypt(pointer, slots, Int32(slots.count), 0)
        return OpenFHECiphertext(try context.library.made(ciphertext, "encrypting"), context)
    }

    package func decrypt(_ ciphertext: OpenFHECiphertext) throws(EncryptionError) -> [Double] {
        var slots = [Double](repeating: 0, count: context.slots)
        try context.library.checked(
            context.library.functions.client_decrypt(pointer, ciphertext.pointer, &slots, Int32(slots.count)),
            "decrypting")
        return slots
    }
}

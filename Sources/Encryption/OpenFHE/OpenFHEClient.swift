internal import COpenFHE

/// The data's owner: makes the keys, encrypts and decrypts. The secret key stays in here.
///
/// Decrypted values of CKKS carry noise that depends on the secret key (Li and Micciancio 2021): who gives them to
/// others gives away more than the result, so ``decrypt(_:)`` is for the owner's own eyes.
package struct OpenFHEClient: SlotClient {
    private enum Kind {}

    private let context: OpenFHEContext
    private let object: OpenFHEObject<Kind>
    private var pointer: OpaquePointer { object.pointer }

    /// With fresh keys.
    package init(_ context: OpenFHEContext) throws(EncryptionError) {
        let pointer = context.library.functions.client_make(context.pointer)
        self.init(try context.library.made(pointer, "making keys"), context)
    }

    /// With the keys that ``writeSecret(to:)`` wrote.
    package init(readingSecret path: String, _ context: OpenFHEContext) throws(EncryptionError) {
        let pointer = context.library.functions.client_read(context.pointer, path)
        self.init(try context.library.read(pointer, "the secret key"), context)
    }

    private init(_ pointer: OpaquePointer, _ context: OpenFHEContext) {
        self.context = context
        object = OpenFHEObject(pointer, free: context.library.functions.client_free)
    }

    /// Secret and public key, in a file that the owner alone may read.
    package func writeSecret(to path: String) throws(EncryptionError) {
        try context.library.written(context.library.functions.client_write(pointer, path), "the secret key")
    }

    /// Makes the public keys of a stage.
    package func evaluationKeys(for stage: KeyStage) throws(EncryptionError) -> OpenFHEEvaluationKeys {
        try OpenFHEEvaluationKeys(pointer, context, for: stage)
    }

    package func encrypt(_ slots: [Double]) throws(EncryptionError) -> OpenFHECiphertext {
        let ciphertext = context.library.functions.client_encrypt(pointer, slots, Int32(slots.count))
        return OpenFHECiphertext(try context.library.made(ciphertext, "encrypting"), context)
    }

    package func decrypt(_ ciphertext: OpenFHECiphertext) throws(EncryptionError) -> [Double] {
        var slots = [Double](repeating: 0, count: context.slots)
        let ciphertext = try ciphertext.movedToWhole()
        try context.library.checked(
            context.library.functions.client_decrypt(pointer, ciphertext.pointer, &slots, Int32(slots.count)),
            "decrypting")
        return slots
    }
}

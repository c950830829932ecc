internal import COpenFHE

/// An encrypted slot vector.
package struct OpenFHECiphertext: Sendable {
    private enum Kind {}

    let context: OpenFHEContext
    private let object: OpenFHEObject<Kind>
    var pointer: OpaquePointer { object.pointer }

    init(_ pointer: OpaquePointer, _ context: OpenFHEContext) {
        self.context = context
        object = OpenFHEObject(pointer, free: context.library.functions.ciphertext_free)
    }

    /// What ``write(to:)`` wrote.
    package init(reading path: String, _ context: OpenFHEContext) throws(EncryptionError) {
        self.init(
            try context.library.read(
                context.library.functions.ciphertext_read(context.pointer, path), "a ciphertext"), context)
    }

    package func write(to path: String) throws(EncryptionError) {
        try context.library.written(context.library.functions.ciphertext_write(pointer, path), "a ciphertext")
    }

    /// In the whole context, whatever context it is in.
    package var level: Int { context.whole.limbs - Int(context.library.functions.ciphertext_moduli(pointer)) }

    /// The same values at a level in a context of the same ring and first moduli.
    func moved(to context: OpenFHEContext, level: Int) throws(EncryptionError) -> OpenFHECiphertext {
        guard context !== self.context || level != self.level else { return self }
        let moduli = context.whole.limbs - level
        let pointer = context.library.functions.ciphertext_move(context.pointer, pointer, Int32(moduli))
        return OpenFHECiphertext(try context.library.made(pointer, "dropping levels"), context)
    }

    /// The same values in the context that the client shares with servers of all stages.
    package func movedToWhole() throws(EncryptionError) -> OpenFHECiphertext {
        try moved(to: context.whole, level: level)
    }
}

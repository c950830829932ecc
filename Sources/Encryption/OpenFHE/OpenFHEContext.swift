internal import COpenFHE

/// Parameters and moduli, which client and server share: nothing in it is secret.
package final class OpenFHEContext: @unchecked Sendable {
    // Sendable: everything is constant after init, and the library reads a context from any thread (COpenFHE.h).
    let library: OpenFHELibrary
    let pointer: OpaquePointer
    package let slots: Int
    /// The last level's first.
    let moduli: [Double]
    /// log2 of the scale.
    let scaleBits: Int

    private static let mostModuli = 256

    /// - Throws: ``EncryptionError/library(doing:reason:)`` for parameters below 128 bits of security, too.
    package convenience init(_ parameters: CKKSParameters, _ library: OpenFHELibrary) throws(EncryptionError) {
        var described = centroid_parameters(
            log_ring: Int32(parameters.logRing), depth: Int32(parameters.depth),
            scale_bits: Int32(parameters.scaleBits), first_bits: Int32(parameters.firstBits),
            digits: Int32(parameters.digits))
        let pointer = try library.made(
            library.functions.context_make(&described), "choosing parameters of 128-bit security")
        self.init(pointer, library, scaleBits: parameters.scaleBits)
    }

    /// What ``write(to:)`` wrote.
    package convenience init(
        reading path: String, _ parameters: CKKSParameters, _ library: OpenFHELibrary
    ) throws(EncryptionError) {
        let pointer = try library.made(library.functions.context_read(path), "reading parameters")
        self.init(pointer, library, scaleBits: parameters.scaleBits)
    }

    private init(_ pointer: OpaquePointer, _ library: OpenFHELibrary, scaleBits: Int) {
        self.pointer = pointer
        self.library = library
        self.scaleBits = scaleBits
        slots = Int(library.functions.context_slots(pointer))
        var moduli = [Double](repeating: 0, count: Self.mostModuli)
        let count = Int(library.functions.context_moduli(pointer, &moduli, Int32(moduli.count)))
        self.moduli = Array(moduli.prefix(max(count, 0)))
    }

    deinit { library.functions.context_free(pointer) }

    package func write(to path: String) throws(EncryptionError) {
        try library.checked(library.functions.context_write(pointer, path), "writing parameters")
    }
}

/// An encrypted slot vector.
package final class OpenFHECiphertext: @unchecked Sendable {
    // Sendable: it is never changed, and the library reads a ciphertext from any thread (COpenFHE.h).
    let pointer: OpaquePointer
    private let context: OpenFHEContext

    init(_ pointer: OpaquePointer, _ context: OpenFHEContext) {
        self.pointer = pointer
        self.context = context
    }

    deinit { context.library.functions.ciphertext_free(pointer) }

    /// What ``write(to:)`` wrote.
    package convenience init(reading path: String, _ context: OpenFHEContext) throws(EncryptionError) {
        self.init(
            try context.library.made(
                context.library.functions.ciphertext_read(context.pointer, path), "reading a ciphertext"), context)
    }

    package func write(to path: String) throws(EncryptionError) {
        try context.library.checked(
            context.library.functions.ciphertext_write(pointer, path), "writing a ciphertext")
    }

    package var level: Int { Int(context.library.functions.ciphertext_level(pointer)) }
}

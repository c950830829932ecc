internal import COpenFHE

/// Parameters and moduli, which client and server share: nothing in it is secret.
package final class OpenFHEContext: Sendable {
    private enum Kind {}

    let library: OpenFHELibrary
    private let object: OpenFHEObject<Kind>
    var pointer: OpaquePointer { object.pointer }
    package let slots: Int
    /// The last level's first.
    let moduli: [Double]
    /// log2 of the scale.
    let scaleBits: Int
    /// What a lower context was made of.
    private let origin: OpenFHEContext?
    var whole: OpenFHEContext { origin ?? self }
    var limbs: Int { moduli.count }

    private static let mostModuli = 256

    /// - Throws: ``EncryptionError/library(doing:reason:)`` for parameters below 128 bits of security, too.
    package convenience init(_ parameters: CKKSParameters, _ library: OpenFHELibrary) throws(EncryptionError) {
        var described = centroid_parameters(parameters)
        let pointer = try library.made(
            library.functions.context_make(&described), "choosing parameters of 128-bit security")
        try self.init(pointer, library, parameters)
    }

    /// What ``write(to:)`` wrote.
    ///
    /// - Parameter parameters: What the reader's own circuit needs: a file is not believed about its security.
    /// - Throws: ``EncryptionError/unreadable(what:reason:)`` for a file of other parameters, too.
    package convenience init(
        reading path: String, _ parameters: CKKSParameters, _ library: OpenFHELibrary
    ) throws(EncryptionError) {
        var described = centroid_parameters(parameters)
        let pointer = try library.read(library.functions.context_read(&described, path), "parameters")
        try self.init(pointer, library, parameters)
    }

    /// The context of a stage, which has the moduli that are left there, and the stage's digits of key switching.
    convenience init(_ whole: OpenFHEContext, for stage: KeyStage) throws(EncryptionError) {
        let parameters = stage.parameters
        let pointer = try whole.library.made(
            whole.library.functions.context_lower(
                whole.pointer, Int32(stage.index), Int32(parameters.limbs), Int32(parameters.digits)),
            "choosing the parameters of a stage")
        try self.init(pointer, whole.library, parameters, origin: whole)
    }

    private init(
        _ pointer: OpaquePointer, _ library: OpenFHELibrary, _ parameters: CKKSParameters,
        origin: OpenFHEContext? = nil
    ) throws(EncryptionError) {
        object = OpenFHEObject(pointer, free: library.functions.context_free)
        self.origin = origin
        self.library = library
        scaleBits = parameters.scaleBits
        slots = Int(library.functions.context_slots(pointer))
        var moduli = [Double](repeating: 0, count: Self.mostModuli)
        let count = Int(library.functions.context_moduli(pointer, &moduli, Int32(moduli.count)))
        self.moduli = Array(moduli.prefix(max(count, 0)))
        guard slots == parameters.slots, count == parameters.limbs else {
            throw .library(
                doing: "choosing parameters",
                reason: "it has \(slots) slots and \(count) moduli for \(parameters.slots) and \(parameters.limbs)")
        }
    }

    package func write(to path: String) throws(EncryptionError) {
        try library.written(library.functions.context_write(pointer, path), "parameters")
    }
}

extension centroid_parameters {
    fileprivate init(_ parameters: CKKSParameters) {
        self.init(
            log_ring: Int32(parameters.logRing), depth: Int32(parameters.depth),
            scale_bits: Int32(parameters.scaleBits), first_bits: Int32(parameters.firstBits),
            digits: Int32(parameters.digits))
    }
}

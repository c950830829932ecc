/// The evaluating role: ciphertexts, plaintexts and public evaluation keys, and no way to a secret.
///
/// A circuit needs nothing else, so each of the three backends is one conformer: ``ClearServer``, ``SimulatedServer``
/// and ``OpenFHEServer``. All of them may be called from several threads.
///
/// A server has the evaluation keys of one stage of a circuit. Ciphertexts come into the stage by ``drop(_:to:)``, and
/// whatever works on others throws ``EncryptionError/outsideStage(_:)``.
package protocol SlotServer<Ciphertext>: Sendable {
    associatedtype Ciphertext: Sendable
    associatedtype Plaintext: Sendable
    /// A ciphertext prepared for many rotations.
    associatedtype Digits: Sendable

    /// The modulus that a rescaling at `level` divides by, over the scale: values come out divided by it.
    func drift(at level: Int) -> Double

    /// - Parameter slots: One value for each slot.
    /// - Throws: ``EncryptionError/beforeStage(_:level:first:)`` for a level before the stage's.
    func encode(_ slots: [Double], level: Int) throws(EncryptionError) -> Plaintext

    func digits(of ciphertext: Ciphertext) throws(EncryptionError) -> Digits

    /// Slot i of the result is slot i + `step`, cyclically.
    ///
    /// - Parameter digits: Of this ciphertext, or nil for a single rotation.
    /// - Throws: ``EncryptionError/missingRotation(step:)`` without its key.
    func rotate(
        _ ciphertext: Ciphertext, _ digits: Digits?, by step: Int
    ) throws(EncryptionError) -> Ciphertext

    /// The sum of the slot-wise products, still at the scale's square.
    func sum(of products: [(Ciphertext, Plaintext)]) throws(EncryptionError) -> Ciphertext

    func add(_ first: Ciphertext, _ second: Ciphertext) throws(EncryptionError) -> Ciphertext
    func add(_ ciphertext: Ciphertext, _ plaintext: Plaintext) throws(EncryptionError) -> Ciphertext

    /// - Throws: ``EncryptionError/exhausted(level:depth:)`` at the last level.
    func rescale(_ ciphertext: Ciphertext) throws(EncryptionError) -> Ciphertext

    /// The slot-wise square, relinearised and rescaled: one level on.
    ///
    /// - Throws: ``EncryptionError/missingRelinearisation`` without its key, and
    ///   ``EncryptionError/exhausted(level:depth:)`` at the last level.
    func square(_ ciphertext: Ciphertext) throws(EncryptionError) -> Ciphertext

    /// The same values at a later level, in the stage.
    ///
    /// - Throws: ``EncryptionError/beforeStage(_:level:first:)`` for a level before the stage's, and
    ///   ``EncryptionError/exhausted(level:depth:)`` for one that the ciphertext has left behind or none has.
    func drop(_ ciphertext: Ciphertext, to level: Int) throws(EncryptionError) -> Ciphertext
}

/// The role of the data's owner: the secret key, encryption and decryption.
package protocol SlotClient: Sendable {
    associatedtype Ciphertext: Sendable

    /// - Parameter slots: One value for each slot.
    func encrypt(_ slots: [Double]) throws(EncryptionError) -> Ciphertext
    func decrypt(_ ciphertext: Ciphertext) throws(EncryptionError) -> [Double]
}

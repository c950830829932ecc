internal import COpenFHE

/// The public keys with which a server relinearises and rotates at the level of one stage. They leave the process with
/// the last server that has them; a process has the keys of a client and stage once.
package struct OpenFHEEvaluationKeys: Sendable {
    private enum Kind {}

    let context: OpenFHEContext
    let stage: KeyStage
    private let object: OpenFHEObject<Kind>

    private init(_ pointer: OpaquePointer, _ context: OpenFHEContext, _ stage: KeyStage) {
        self.context = context
        self.stage = stage
        object = OpenFHEObject(pointer, free: context.library.functions.evaluation_keys_free)
    }

    /// Makes them out of a client's secret.
    init(
        _ client: OpaquePointer, _ context: OpenFHEContext, for stage: KeyStage
    ) throws(EncryptionError) {
        let lower = try OpenFHEContext(context, for: stage)
        let steps = stage.rotationSteps.map(Int32.init)
        let pointer = context.library.functions.client_evaluation_keys(
            client, lower.pointer, steps, Int32(steps.count), stage.relinearises ? 1 : 0)
        self.init(try context.library.made(pointer, "making evaluation keys"), lower, stage)
    }

    /// What ``write(to:)`` wrote.
    ///
    /// - Throws: ``EncryptionError/unreadable(what:reason:)`` for keys of other parameters or another stage, too.
    package init(reading path: String, _ context: OpenFHEContext, for stage: KeyStage) throws(EncryptionError) {
        let lower = try OpenFHEContext(context, for: stage)
        let pointer = try context.library.read(
            context.library.functions.evaluation_keys_read(lower.pointer, path), "evaluation keys")
        self.init(pointer, lower, stage)
    }

    package func write(to path: String) throws(EncryptionError) {
        try context.library.written(
            context.library.functions.evaluation_keys_write(object.pointer, path), "evaluation keys")
    }
}

package import Store

/// Runs a plan as a circuit of CKKS, stage by stage up to a mode.
package struct CheckJob: JobPayload {
    package static let kind: JobKind = "check"

    /// Identity of the model.
    package var model: String
    /// Key of the plan.
    package var plan: String
    package var images: ImageSelection
    /// The last stage.
    package var mode: EvaluationMode
    /// Of the simulated noise.
    package var seed: UInt64
    /// Bytes for keys, plaintexts and ciphertexts: what fits decides how many images share a ciphertext.
    package var memoryLimit: Int

    package init(
        model: String, plan: String, images: ImageSelection, mode: EvaluationMode, seed: UInt64, memoryLimit: Int
    ) {
        self.model = model
        self.plan = plan
        self.images = images
        self.mode = mode
        self.seed = seed
        self.memoryLimit = memoryLimit
    }

    /// What the check is known by beside its plan.
    ///
    /// - Throws: ``StoreError/unencodable(_:_:)``
    package func checkKey() throws(StoreError) -> String {
        try CanonicalJSON.hash(of: self)
    }
}

internal import Approx
internal import Store

extension NewJob {
    /// The job that carries a payload, known by it, and run as its class says.
    ///
    /// - Parameter model: What it is about; nil where it makes the model.
    /// - Throws: ``StoreError/unencodable(_:_:)`` if the payload holds what JSON cannot.
    init(
        _ payload: some JobPayload, _ jobClass: JobClass, of model: ModelID?, after dependencies: [Dependency] = [],
        layer: LayerID? = nil, degree: Degree? = nil, fitter: String? = nil, settingsHash: String? = nil
    ) throws(StoreError) {
        self.init(
            kind: type(of: payload).kind, key: try payload.key(), payload: try CanonicalJSON.text(of: payload),
            priority: jobClass.priority, resourceClass: jobClass.resourceClass, policy: jobClass.policy,
            timeout: jobClass.timeout, dependencies: dependencies, model: model, layer: layer,
            degree: degree?.value, fitter: fitter, settingsHash: settingsHash)
    }
}

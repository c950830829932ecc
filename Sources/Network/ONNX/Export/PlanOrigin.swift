/// Where an exported plan comes from.
package struct PlanOrigin: ONNXOrigin, Hashable {
    private static let planKey = "plan"

    package var model: String
    /// SHA-256 of the file that the model was added from.
    package var modelChecksum: String
    /// Name of the data set that the model was trained on, if it is known.
    package var dataset: String?
    /// What the user calls the plan.
    package var plan: String
    /// What the store calls it.
    package var planKey: String
    package var method: String
    /// How pixels become the network's input, as JSON.
    package var preprocessing: String
    /// Version of the producer.
    package var version: String
    /// Commit that the producer was built from.
    package var commit: String

    package init(
        model: String, modelChecksum: String, dataset: String?, plan: String, planKey: String, method: String,
        preprocessing: String, version: String, commit: String
    ) {
        self.model = model
        self.modelChecksum = modelChecksum
        self.dataset = dataset
        self.plan = plan
        self.planKey = planKey
        self.method = method
        self.preprocessing = preprocessing
        self.version = version
        self.commit = commit
    }

    /// The plan that a file of ours was exported with; nil for other files.
    static func plan(of model: ONNXModel) -> String? {
        guard model.producerName == ONNXExporter.producer else { return nil }
        return model.metadataProps.first { $0.key == ONNXExporter.propertyPrefix + planKey }?.value
    }

    package var description: String {
        """
        \(model) with the polynomials of plan "\(plan)" in place of its activations, exported by centroid. Images go in \
        preprocessed, as for the original network: (pixel * scale - mean) / std by channel, with the numbers of the \
        metadata property \(ONNXExporter.propertyPrefix)preprocessing.
        """
    }

    package var properties: [(key: String, value: String)] {
        [
            ("commit", commit), ("dataset", dataset ?? ""), ("method", method), ("model", model),
            ("model_sha256", modelChecksum), (Self.planKey, plan), ("plan_key", planKey),
            ("preprocessing", preprocessing),
        ]
    }
}

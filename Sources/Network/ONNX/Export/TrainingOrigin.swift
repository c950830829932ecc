/// Where a network that was trained here comes from.
///
/// No version and no commit: the same training gives the same file, by which a store knows the network.
package struct TrainingOrigin: ONNXOrigin, Hashable {
    package var model: String
    package var architecture: String
    /// Name of the data set.
    package var dataset: String
    /// The data set's fingerprint.
    package var datasetFingerprint: String
    /// How pixels become the network's input, as JSON.
    package var preprocessing: String
    /// How it was trained, as JSON.
    package var settings: String

    package init(
        model: String, architecture: String, dataset: String, datasetFingerprint: String, preprocessing: String,
        settings: String
    ) {
        self.model = model
        self.architecture = architecture
        self.dataset = dataset
        self.datasetFingerprint = datasetFingerprint
        self.preprocessing = preprocessing
        self.settings = settings
    }

    package var version: String { "" }

    package var description: String {
        """
        \(model): \(architecture), trained on \(dataset) by centroid, batch normalisation folded. Images go in \
        preprocessed: (pixel * scale - mean) / std by channel, with the numbers of the metadata property \
        \(ONNXExporter.propertyPrefix)preprocessing.
        """
    }

    package var properties: [(key: String, value: String)] {
        [
            ("architecture", architecture), ("dataset", dataset), ("dataset_fingerprint", datasetFingerprint),
            ("model", model), ("preprocessing", preprocessing), ("training", settings),
        ]
    }
}

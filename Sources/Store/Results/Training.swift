/// How a model came to be that was trained here, to be written with it.
package struct NewTraining: Hashable, Sendable {
    /// Hash of the wish.
    package var key: String
    package var architecture: String
    /// Fingerprint of the data set.
    package var dataset: String
    /// The wish, as canonical JSON.
    package var settings: String
    /// Loss and accuracies along the way, as canonical JSON.
    package var report: String

    package init(key: String, architecture: String, dataset: String, settings: String, report: String) {
        self.key = key
        self.architecture = architecture
        self.dataset = dataset
        self.settings = settings
        self.report = report
    }
}

/// A training as the store has it.
package struct TrainingRecord: Hashable, Sendable {
    package let id: TrainingID
    package let model: ModelID
    package let report: String
    package let createdAt: Timestamp
}

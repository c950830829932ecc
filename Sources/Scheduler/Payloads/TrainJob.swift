package import Approx
package import Store

/// Trains a network from random weights on labelled images, and adds it to the models.
package struct TrainJob: JobPayload {
    package static let kind: JobKind = "train"

    /// As the network room knows it.
    package var architecture: String
    /// What the model shall be called; it stands in the file as well.
    package var name: String
    /// So many of the training images, validation left out, from their start.
    package var images: Calibration
    /// What the data set is called, for the model.
    package var datasetName: String
    /// Of the data set.
    package var classes: Int
    package var settings: SupervisedSettings

    package init(
        architecture: String, name: String, images: Calibration, datasetName: String, classes: Int,
        settings: SupervisedSettings
    ) {
        self.architecture = architecture
        self.name = name
        self.images = images
        self.datasetName = datasetName
        self.classes = classes
        self.settings = settings
    }

    /// What the training is known by.
    ///
    /// - Throws: ``StoreError/unencodable(_:_:)``
    package func trainingKey() throws(StoreError) -> String {
        try CanonicalJSON.hash(of: self)
    }
}

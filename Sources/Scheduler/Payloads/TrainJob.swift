package import Approx
package import Store

/// What is captured of a network while it is trained.
package struct LateCaptures: Codable, Hashable, Sendable {
    /// At the end of so many epochs, the last one included: points of the curve where epochs are short.
    package var epochs: Int
    /// From the start of the calibration images of the training's data set.
    package var images: Int

    package init(epochs: Int, images: Int) {
        self.epochs = epochs
        self.images = images
    }
}

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
    /// What its layers read towards the end, kept as shards and compared; nil where that was not asked for.
    package var captures: LateCaptures?

    package init(
        architecture: String, name: String, images: Calibration, datasetName: String, classes: Int,
        settings: SupervisedSettings, captures: LateCaptures? = nil
    ) {
        self.architecture = architecture
        self.name = name
        self.images = images
        self.datasetName = datasetName
        self.classes = classes
        self.settings = settings
        self.captures = captures
    }

    /// What the training is known by.
    ///
    /// - Throws: ``StoreError/unencodable(_:_:)``
    package func trainingKey() throws(StoreError) -> String {
        try CanonicalJSON.hash(of: self)
    }

    /// The same training without captures: they change nothing about the network.
    package var plain: TrainJob {
        var plain = self
        plain.captures = nil
        return plain
    }

    /// What is captured; nil where nothing is.
    package var capturedImages: Calibration? {
        captures.map { Calibration(dataset: images.dataset, images: $0.images) }
    }
}

internal import Network
internal import Store

extension NewDataset {
    /// A data set as its files were read.
    init(_ dataset: Dataset, named name: String) {
        self.init(
            name: name, format: dataset.format.rawValue, path: dataset.path, fingerprint: dataset.fingerprint,
            channels: dataset.shape.channels, height: dataset.shape.height, width: dataset.shape.width,
            classes: dataset.classes, trainingImages: dataset.trainingCount, testImages: dataset.testCount)
    }
}

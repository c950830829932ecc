internal import Store

/// A data set as JSON.
struct DatasetReport: Encodable {
    let name: String
    let format: String
    let path: String
    let fingerprint: String
    let shape: [Int]
    let classes: [String]
    let trainingImages: Int
    let testImages: Int

    init(_ dataset: DatasetRecord) {
        name = dataset.name
        format = dataset.format
        path = dataset.path
        fingerprint = dataset.fingerprint
        shape = [dataset.channels, dataset.height, dataset.width]
        classes = dataset.classes
        trainingImages = dataset.trainingImages
        testImages = dataset.testImages
    }
}

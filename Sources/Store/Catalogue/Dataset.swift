/// A data set as the store names it: where it lies, and by fingerprint what it is.
package struct DatasetRecord: Hashable, Sendable {
    package let id: DatasetID
    package let name: String
    package let format: String
    package let path: String
    /// SHA-256 over the files' bytes in a fixed order.
    package let fingerprint: String
    package let channels: Int
    package let height: Int
    package let width: Int
    package let classes: [String]
    package let trainingImages: Int
    package let testImages: Int
    package let createdAt: Timestamp
}

/// A data set to be added.
package struct NewDataset: Hashable, Sendable {
    package var name: String
    package var format: String
    package var path: String
    /// 64 hexadecimal digits.
    package var fingerprint: String
    package var channels: Int
    package var height: Int
    package var width: Int
    package var classes: [String]
    package var trainingImages: Int
    package var testImages: Int

    package init(
        name: String, format: String, path: String, fingerprint: String, channels: Int, height: Int, width: Int,
        classes: [String], trainingImages: Int, testImages: Int
    ) {
        self.name = name
        self.format = format
        self.path = path
        self.fingerprint = fingerprint
        self.channels = channels
        self.height = height
        self.width = width
        self.classes = classes
        self.trainingImages = trainingImages
        self.testImages = testImages
    }
}

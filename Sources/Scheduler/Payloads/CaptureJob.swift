package import Store

/// Runs the network over one chunk of calibration images and writes a shard for each of its layers.
package struct CaptureJob: JobPayload {
    package static let kind: JobKind = "capture"

    /// Identity of the model.
    package var model: String
    /// Fingerprint of the data set.
    package var dataset: String
    package var firstImage: Int
    package var images: Int

    package init(model: String, dataset: String, range: Range<Int>) {
        self.model = model
        self.dataset = dataset
        firstImage = range.lowerBound
        images = range.count
    }

    /// The images, counted from the start of the calibration set.
    package var range: Range<Int> { firstImage..<firstImage + images }
}

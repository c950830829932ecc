package import Foundation

/// Which part of a data set images come from.
package enum SplitName: String, CaseIterable, Codable, Sendable {
    case calibration
    case validation
    case test
}

/// What one layer saw on one range of images.
package struct Shard: Hashable, Sendable {
    package var layer: LayerID
    /// Fingerprint of the data set.
    package var dataset: String
    package var split: SplitName
    /// The images, counted from the start of the split.
    package var range: Range<Int>
    /// Encoded statistics of every channel.
    package var statistics: Data

    package init(layer: LayerID, dataset: String, split: SplitName, range: Range<Int>, statistics: Data) {
        self.layer = layer
        self.dataset = dataset
        self.split = split
        self.range = range
        self.statistics = statistics
    }
}

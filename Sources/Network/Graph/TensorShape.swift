/// The shape of one image's tensor: channels x height x width, without the batch. A vector is n x 1 x 1.
package struct TensorShape: Hashable, Codable, Sendable, CustomStringConvertible {
    package var channels: Int
    package var height: Int
    package var width: Int

    package init(channels: Int, height: Int = 1, width: Int = 1) {
        self.channels = channels
        self.height = height
        self.width = width
    }

    /// Values in one image's tensor.
    package var count: Int { channels * height * width }

    package var description: String {
        height == 1 && width == 1 ? "\(channels)" : "\(channels)x\(height)x\(width)"
    }
}

/// How raw pixels become the network's input: (pixel * scale - mean[c]) / std[c].
package struct Preprocessing: Hashable, Codable, Sendable {
    /// What raw values are multiplied by, such as 1/255.
    package var scale: Double
    /// One per channel.
    package var mean: [Double]
    /// One per channel, positive.
    package var std: [Double]

    /// A preprocessing that is not looked at yet; see ``validate(channels:)``.
    package init(scale: Double, mean: [Double], std: [Double]) {
        self.scale = scale
        self.mean = mean
        self.std = std
    }

    /// Checks that it can be applied to images of `channels` channels.
    ///
    /// - Throws: ``DataError`` where a list is too short or long, a number is not finite, or a `std` is not positive.
    package func validate(channels: Int) throws(DataError) {
        guard scale.isFinite, scale != 0 else {
            throw .invalidPreprocessing(field: "scale", value: scale, expected: "finite and not 0")
        }
        for (field, values) in [("mean", mean), ("std", std)] where values.count != channels {
            throw .preprocessingChannels(field: field, count: values.count, channels: channels)
        }
        for value in mean where !value.isFinite {
            throw .invalidPreprocessing(field: "mean", value: value, expected: "finite")
        }
        for value in std where !(value.isFinite && value > 0) {
            throw .invalidPreprocessing(field: "std", value: value, expected: "finite and above 0")
        }
    }
}

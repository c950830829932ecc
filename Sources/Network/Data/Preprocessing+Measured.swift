extension Preprocessing {
    /// What makes the pixels of a set 0 on average, with a standard deviation of 1: bytes first become 0 to 1.
    ///
    /// Means and deviations are those of all pixels of a channel, to four digits.
    package init(measuredOn images: ImageSet) {
        let plane = images.shape.height * images.shape.width
        let scale: Double
        let sums: [(count: Double, sum: Double, squares: Double)]
        switch images.pixels {
        case .bytes(let bytes):
            scale = 1 / 255.0
            sums = Self.sums(bytes.lazy.map(Double.init), channels: images.shape.channels, plane: plane)
        case .floats(let floats):
            scale = 1
            sums = Self.sums(floats.lazy.map(Double.init), channels: images.shape.channels, plane: plane)
        }
        let means = sums.map { $0.sum / max($0.count, 1) * scale }
        let deviations = zip(sums, means).map { sums, mean in
            max(sums.squares / max(sums.count, 1) * scale * scale - mean * mean, 0).squareRoot()
        }
        self.init(
            scale: scale, mean: means.map(Self.rounded),
            // A channel that is the same everywhere stays as it is.
            std: deviations.map { $0 > 0 ? Self.rounded($0) : 1 })
    }

    private static func sums(
        _ values: some Sequence<Double>, channels: Int, plane: Int
    ) -> [(count: Double, sum: Double, squares: Double)] {
        var sums = [(count: Double, sum: Double, squares: Double)](repeating: (0, 0, 0), count: channels)
        var (channel, place) = (0, 0)
        for value in values {
            sums[channel].count += 1
            sums[channel].sum += value
            sums[channel].squares += value * value
            place += 1
            if place == plane { (channel, place) = ((channel + 1) % channels, 0) }
        }
        return sums
    }

    /// To four digits behind the first that is not 0, or behind the point.
    private static func rounded(_ value: Double) -> Double {
        guard value != 0 else { return 0 }
        var factor = 1e4
        while abs(value) * factor < 1e3 && factor < 1e300 { factor *= 10 }
        return (value * factor).rounded() / factor
    }
}

extension Preprocessing {
    /// What makes the pixels of a set 0 on average, with a standard deviation of 1: bytes first become 0 to 1.
    ///
    /// Means and deviations are those of all pixels of a channel, to four digits.
    package init(measuredOn images: ImageSet) {
        let plane = images.shape.height * images.shape.width
        let scale: Double
        let sums: [ChannelSums]
        switch images.pixels {
        case .bytes(let bytes):
            scale = 1 / 255.0
            sums = Self.sums(bytes.lazy.map(Double.init), channels: images.shape.channels, plane: plane)
        case .floats(let floats):
            scale = 1
            sums = Self.sums(floats.lazy.map(Double.init), channels: images.shape.channels, plane: plane)
        }
        self.init(
            scale: scale, mean: sums.map { Self.rounded($0.mean * scale) },
            // A channel that is the same everywhere stays as it is.
            std: sums.map { $0.deviation > 0 ? Self.rounded($0.deviation * scale) : 1 })
    }

    private static func sums(_ values: some Sequence<Double>, channels: Int, plane: Int) -> [ChannelSums] {
        var sums = [ChannelSums](repeating: ChannelSums(), count: channels)
        var (channel, place) = (0, 0)
        for value in values {
            sums[channel].add(value)
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

/// Sums over the pixels of a channel, of what each is above the first: of equal pixels they are 0, and so is the deviation,
/// where the difference of two large sums would leave what was rounded.
private struct ChannelSums {
    private var count = 0.0
    private var first = 0.0
    private var sum = 0.0
    private var squares = 0.0

    mutating func add(_ value: Double) {
        if count == 0 { first = value }
        let difference = value - first
        count += 1
        sum += difference
        squares += difference * difference
    }

    var mean: Double { first + sum / max(count, 1) }

    var deviation: Double {
        let shift = sum / max(count, 1)
        return max(squares / max(count, 1) - shift * shift, 0).squareRoot()
    }
}

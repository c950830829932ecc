/// Every input that a certificate is about: an interval for each value that the network reads.
package struct InputBox: Sendable {
    package let shape: TensorShape
    /// In channel, height, width order, after preprocessing.
    package let intervals: [Interval]

    package init(shape: TensorShape, intervals: [Interval]) {
        precondition(intervals.count == shape.count, "\(intervals.count) intervals for \(shape)")
        self.shape = shape
        self.intervals = intervals
    }

    /// Every image whose raw pixels lie in `pixels`; 0...255 for bytes.
    package init(pixels: ClosedRange<Double>, shape: TensorShape, preprocessing: Preprocessing) {
        let plane = shape.height * shape.width
        self.init(
            shape: shape,
            intervals: (0..<shape.count).map { Self.interval(pixels, preprocessing, channel: $0 / plane) })
    }

    /// Every image that differs from one of a set by at most `radius` raw units in each pixel, inside `pixels`.
    package init(
        around image: Int, of images: ImageSet, radius: Double, pixels: ClosedRange<Double>,
        preprocessing: Preprocessing
    ) {
        let shape = images.shape
        let plane = shape.height * shape.width
        let intervals = (0..<shape.count).map { index in
            let pixel = images.rawValue(image * shape.count + index)
            let range = (pixel - radius...pixel + radius).clamped(to: pixels)
            return Self.interval(range, preprocessing, channel: index / plane)
        }
        self.init(shape: shape, intervals: intervals)
    }

    /// Both ends as the network reads them, a single-precision unit wider.
    private static func interval(_ pixels: ClosedRange<Double>, _ preprocessing: Preprocessing, channel: Int)
        -> Interval
    {
        let ends = [pixels.lowerBound, pixels.upperBound].map {
            Float(($0 * preprocessing.scale - preprocessing.mean[channel]) / preprocessing.std[channel])
        }
        return Interval(Double(min(ends[0], ends[1]).nextDown), Double(max(ends[0], ends[1]).nextUp))
    }
}

extension ImageSet {
    fileprivate func rawValue(_ index: Int) -> Double {
        switch pixels {
        case .bytes(let bytes): Double(bytes[index])
        case .floats(let floats): Double(floats[index])
        }
    }

    /// The raw values that any image can have: all bytes, or the range of the floats that there are.
    package var pixelRange: ClosedRange<Double> {
        guard case .floats(let floats) = pixels, let first = floats.first else { return 0...255 }
        let (lower, upper) = floats.reduce((first, first)) { (min($0.0, $1), max($0.1, $1)) }
        return Double(lower)...Double(upper)
    }
}

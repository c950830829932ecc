extension ImageSet {
    /// Writes the images of `range` as the network reads them: floats in channel, height, width order, one image after
    /// the other.
    ///
    /// Bytes go through a table of 256 values for each channel, so each result is the double-precision
    /// (pixel * scale - mean) / std rounded once.
    ///
    /// - Parameters:
    ///   - range: Images of this set.
    ///   - preprocessing: Valid for the set's channels; see ``Preprocessing/validate(channels:)``.
    ///   - destination: Room for `range.count * shape.count` floats.
    package func write(
        _ range: Range<Int>, preprocessing: Preprocessing, into destination: UnsafeMutablePointer<Float>
    ) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "images \(range) of \(count)")
        precondition(
            preprocessing.mean.count == shape.channels && preprocessing.std.count == shape.channels,
            "preprocessing of \(preprocessing.mean.count) channels for \(shape)")
        let plane = shape.height * shape.width
        let start = range.lowerBound * shape.count
        switch pixels {
        case .bytes(let bytes):
            let table = preprocessing.byteTable
            bytes.withUnsafeBufferPointer { source in
                table.withUnsafeBufferPointer { table in
                    Self.forEachPlane(range.count * shape.channels) { index in
                        let values = UnsafeBufferPointer(rebasing: table[(index % shape.channels) * 256..<table.count])
                        let from = start + index * plane
                        let to = destination + index * plane
                        for offset in 0..<plane { to[offset] = values[Int(source[from + offset])] }
                    }
                }
            }
        case .floats(let floats):
            floats.withUnsafeBufferPointer { source in
                Self.forEachPlane(range.count * shape.channels) { index in
                    let (factor, offset) = preprocessing.line(channel: index % shape.channels)
                    let from = start + index * plane
                    let to = destination + index * plane
                    for pixel in 0..<plane { to[pixel] = Float(Double(source[from + pixel]) * factor + offset) }
                }
            }
        }
    }

    private static func forEachPlane(_ count: Int, _ body: (Int) -> Void) {
        for index in 0..<count { body(index) }
    }
}

extension Preprocessing {
    /// What each byte becomes: 256 values for channel 0, then for channel 1, and so on.
    fileprivate var byteTable: [Float] {
        mean.indices.flatMap { channel in
            (0..<256).map { Float((Double($0) * scale - mean[channel]) / std[channel]) }
        }
    }

    /// pixel * factor + offset is what a pixel becomes.
    fileprivate func line(channel: Int) -> (factor: Double, offset: Double) {
        (scale / std[channel], -mean[channel] / std[channel])
    }
}

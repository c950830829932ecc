/// An image set with all that happens to an image before the network sees it.
package struct TrainingImages: Sendable {
    package let set: ImageSet
    package let augmentation: Augmentation
    package let mixup: Mixup
    package let seed: UInt64
    /// By channel: what pixels become. 256 values a channel for bytes, and a factor and an offset for floats.
    private let tables: [Float]
    private let lines: [(factor: Double, offset: Double)]

    /// - Throws: ``TrainingError/preprocessing(_:)``, or ``TrainingError/invalidSetting(name:value:expected:)`` for a
    ///   padding that is negative or, where it is mirrored, reaches over the whole image.
    package init(
        _ set: ImageSet, preprocessing: Preprocessing, augmentation: Augmentation = .none, mixup: Mixup = .none,
        seed: UInt64 = 0
    ) throws(TrainingError) {
        do throws(DataError) {
            try preprocessing.validate(channels: set.shape.channels)
        } catch {
            throw .preprocessing(error)
        }
        let most = augmentation.border == .black ? Int.max : min(set.shape.height, set.shape.width) - 1
        try require("padding", Double(augmentation.padding), "0 or more, and inside the image where it is mirrored") {
            $0 >= 0 && $0 <= Double(most)
        }
        try require("share of mixed images", mixup.share, "in 0...1") { (0...1).contains($0) }
        self.set = set
        self.augmentation = augmentation
        self.mixup = mixup
        self.seed = seed
        lines = preprocessing.mean.indices.map { channel in
            let std = preprocessing.std[channel]
            return (preprocessing.scale / std, -preprocessing.mean[channel] / std)
        }
        tables = preprocessing.mean.indices.flatMap { channel in
            (0..<256).map {
                Float((Double($0) * preprocessing.scale - preprocessing.mean[channel]) / preprocessing.std[channel])
            }
        }
    }

    /// Writes one image as the network reads it: augmented, preprocessed, mixed with another, in channel, height, width
    /// order.
    ///
    /// - Parameter destination: Room for `set.shape.count` floats.
    func write(_ image: Int, epoch: Int, into destination: UnsafeMutablePointer<Float>) {
        writeAlone(image, epoch: epoch, into: destination)
        guard let partner = mixup.partner(seed: seed, epoch: epoch, image: image, of: set.count) else { return }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: set.shape.count) { other in
            guard let start = other.baseAddress else { return }
            writeAlone(partner.image, epoch: epoch, into: start)
            for index in 0..<set.shape.count {
                destination[index] += partner.weight * (start[index] - destination[index])
            }
        }
    }

    private func writeAlone(_ image: Int, epoch: Int, into destination: UnsafeMutablePointer<Float>) {
        let change = augmentation.change(seed: seed, epoch: epoch, image: image)
        let start = image * set.shape.count
        switch set.pixels {
        case .bytes(let bytes):
            bytes.withUnsafeBufferPointer { bytes in
                tables.withUnsafeBufferPointer { tables in
                    write(change, into: destination) { channel, pixel in
                        tables[channel * 256 + (pixel.map { Int(bytes[start + $0]) } ?? 0)]
                    }
                }
            }
        case .floats(let floats):
            floats.withUnsafeBufferPointer { floats in
                write(change, into: destination) { channel, pixel in
                    let value = pixel.map { Double(floats[start + $0]) } ?? 0
                    return Float(value * lines[channel].factor + lines[channel].offset)
                }
            }
        }
    }

    /// - Parameter value: Of a channel and a place within the image; nil for black around it.
    @inline(__always)
    private func write(
        _ change: Augmentation.Change, into destination: UnsafeMutablePointer<Float>, value: (Int, Int?) -> Float
    ) {
        let (height, width) = (set.shape.height, set.shape.width)
        var target = destination
        for channel in 0..<set.shape.channels {
            for row in 0..<height {
                let from = place(row + change.down, of: height)
                for column in 0..<width {
                    let across = place((change.flips ? width - 1 - column : column) + change.right, of: width)
                    let isInside = from >= 0 && across >= 0
                    target.pointee = value(channel, isInside ? (channel * height + from) * width + across : nil)
                    target += 1
                }
            }
        }
    }

    /// Where a place of the bordered image is taken from, along one side; negative for black.
    @inline(__always)
    private func place(_ position: Int, of count: Int) -> Int {
        if position >= 0 && position < count { return position }
        switch augmentation.border {
        case .black: return -1
        case .mirrored: return position < 0 ? -position : 2 * (count - 1) - position
        }
    }
}

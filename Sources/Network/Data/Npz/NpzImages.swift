/// The images of one npz array.
struct NpzImages {
    static let types: KeyValuePairs = ["|u1": 1, "<f4": 4, "<f8": 8]

    let array: NpyArray
    let shape: TensorShape
    /// Whether the channels are the last axis.
    private let channelsLast: Bool

    var count: Int { array.header.shape[0] }

    /// - Throws: ``DataError/wrongShape(path:shape:expected:)`` where the axes are not those of images.
    init(_ array: NpyArray) throws(DataError) {
        let extents = array.header.shape
        switch extents.count {
        case 3:
            shape = TensorShape(channels: 1, height: extents[1], width: extents[2])
            channelsLast = false
        case 4 where [1, 3].contains(extents[1]):
            shape = TensorShape(channels: extents[1], height: extents[2], width: extents[3])
            channelsLast = false
        case 4 where [1, 3].contains(extents[3]):
            shape = TensorShape(channels: extents[3], height: extents[1], width: extents[2])
            channelsLast = true
        default:
            throw .wrongShape(
                path: array.path, shape: extents, expected: "N,H,W or N,C,H,W or N,H,W,C with 1 or 3 channels")
        }
        guard extents[0] == 0 || shape.count > 0 else {
            throw .wrongShape(path: array.path, shape: extents, expected: "images of at least 1x1")
        }
        self.array = array
    }

    /// Reads the images of `range` with their labels.
    ///
    /// - Parameter labels: Of all images of the array.
    func read(_ range: Range<Int>, labels: [Int32]) throws(DataError) -> ImageSet {
        switch array.header.type {
        case "|u1":
            try .bytes(shape: shape, count: range.count) { slots throws(DataError) in
                try fill(slots, range, labels) { (value: UInt8) in value }
            }
        case "<f4":
            try .floats(shape: shape, count: range.count) { slots throws(DataError) in
                try fill(slots, range, labels) { (bits: UInt32) in Float(bitPattern: UInt32(littleEndian: bits)) }
                try checkFinite(slots, range)
            }
        default:
            try .floats(shape: shape, count: range.count) { slots throws(DataError) in
                try fill(slots, range, labels) { (bits: UInt64) in
                    Float(Double(bitPattern: UInt64(littleEndian: bits)))
                }
                try checkFinite(slots, range)
            }
        }
    }

    private func fill<Stored: BitwiseCopyable, Element: BitwiseCopyable>(
        _ slots: ImageSlots<Element>, _ range: Range<Int>, _ labels: [Int32], _ convert: (Stored) -> Element
    ) throws(DataError) {
        let plane = shape.height * shape.width
        let channels = shape.channels
        try array.forEachItem { index, bytes throws(DataError) in
            guard range.contains(index) else { return }
            let place = index - range.lowerBound
            let destination = slots[place]
            let source = bytes.assumingMemoryBound(to: Stored.self)
            slots.labels[place] = labels[index]
            if channelsLast {
                for channel in 0..<channels {
                    for pixel in 0..<plane {
                        destination[channel * plane + pixel] = convert(source[pixel * channels + channel])
                    }
                }
            } else {
                for pixel in 0..<source.count { destination[pixel] = convert(source[pixel]) }
            }
        }
    }

    private func checkFinite(_ slots: ImageSlots<Float>, _ range: Range<Int>) throws(DataError) {
        for place in 0..<range.count where !slots[place].allSatisfy(\.isFinite) {
            throw .nonFinitePixel(path: array.path, image: range.lowerBound + place)
        }
    }
}

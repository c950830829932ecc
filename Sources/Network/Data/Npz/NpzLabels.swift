/// The labels of one npz array.
enum NpzLabels {
    static let types: KeyValuePairs = [
        "|u1": 1, "|i1": 1, "<i2": 2, "<u2": 2, "<i4": 4, "<u4": 4, "<i8": 8, "<u8": 8,
    ]
    /// Most classes that a label may speak of.
    static let maximumClasses = 10_000

    /// Reads one label for each of `images`; a second axis of extent 1 is allowed.
    ///
    /// - Parameter classes: Number of classes; ``maximumClasses`` where nil.
    /// - Throws: ``DataError`` where a label is outside, or they are not as many as the images.
    static func read(_ array: NpyArray, for images: NpzImages, classes: Int?) throws(DataError) -> [Int32] {
        let shape = array.header.shape
        guard shape.count == 1 || (shape.count == 2 && shape[1] == 1) else {
            throw .wrongShape(path: array.path, shape: shape, expected: "N class indices")
        }
        guard shape[0] == images.count else {
            throw .countMismatch(path: images.array.path, images: images.count, labels: shape[0])
        }
        let allowed = classes ?? maximumClasses
        let isSigned = array.header.type.contains("i")
        var labels: [Int32] = []
        labels.reserveCapacity(shape[0])
        try array.forEachItem { index, bytes throws(DataError) in
            var bits = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            if isSigned, let top = bytes.last, top & 0x80 != 0, bytes.count < 8 {
                bits |= UInt64.max << (bytes.count * 8)
            }
            let value = isSigned ? Int(Int64(bitPattern: bits)) : Int(clamping: bits)
            guard value >= 0, value < allowed else {
                throw .labelOutOfRange(path: array.path, record: index, value: value, classes: allowed)
            }
            labels.append(Int32(value))
        }
        return labels
    }
}

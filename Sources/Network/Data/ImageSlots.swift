/// Room for the pixels and labels of images that are being read, in memory that nobody cleared first.
///
/// `@unchecked Sendable`: the pointers never change, the memory outlives ``filled(shape:count:by:)``, and threads that
/// fill it side by side each keep to their own images.
struct ImageSlots<Element: BitwiseCopyable>: @unchecked Sendable {
    /// Values in one image.
    let imageSize: Int
    let pixels: UnsafeMutableBufferPointer<Element>
    let labels: UnsafeMutableBufferPointer<Int32>

    /// The pixels of one image.
    subscript(image: Int) -> UnsafeMutableBufferPointer<Element> {
        UnsafeMutableBufferPointer(rebasing: pixels[image * imageSize..<(image + 1) * imageSize])
    }

    /// Pixels and labels of `count` images, every one of which `fill` writes.
    ///
    /// - Throws: What `fill` throws.
    static func filled(
        shape: TensorShape, count: Int, by fill: (ImageSlots) throws(DataError) -> Void
    ) throws(DataError) -> (pixels: [Element], labels: [Int32]) {
        var failure: DataError?
        var labels: [Int32] = []
        let pixels = [Element](unsafeUninitializedCapacity: count * shape.count) { pixelBuffer, pixelCount in
            labels = [Int32](unsafeUninitializedCapacity: count) { labelBuffer, labelCount in
                let slots = ImageSlots(
                    imageSize: shape.count,
                    pixels: UnsafeMutableBufferPointer(rebasing: pixelBuffer[..<(count * shape.count)]),
                    labels: UnsafeMutableBufferPointer(rebasing: labelBuffer[..<count]))
                do throws(DataError) {
                    try fill(slots)
                    pixelCount = count * shape.count
                    labelCount = count
                } catch {
                    failure = error
                }
            }
        }
        if let failure { throw failure }
        return (pixels, labels)
    }
}

extension ImageSet {
    /// `count` images of bytes, every one of which `fill` writes.
    ///
    /// - Throws: What `fill` throws.
    static func bytes(
        shape: TensorShape, count: Int, by fill: (ImageSlots<UInt8>) throws(DataError) -> Void
    ) throws(DataError) -> ImageSet {
        let (pixels, labels) = try ImageSlots.filled(shape: shape, count: count, by: fill)
        return ImageSet(shape: shape, pixels: .bytes(pixels), labels: labels)
    }

    /// `count` images of floats, every one of which `fill` writes.
    ///
    /// - Throws: What `fill` throws.
    static func floats(
        shape: TensorShape, count: Int, by fill: (ImageSlots<Float>) throws(DataError) -> Void
    ) throws(DataError) -> ImageSet {
        let (pixels, labels) = try ImageSlots.filled(shape: shape, count: count, by: fill)
        return ImageSet(shape: shape, pixels: .floats(pixels), labels: labels)
    }
}

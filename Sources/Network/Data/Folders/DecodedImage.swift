/// Size and kind of colour of an image file, and its pixels when asked for.
enum DecodedImage {
    /// Longest side that is taken, so that a small file can not claim all of the memory.
    static let maximumSide = 4_096

    /// Reads the header of the PNG or JPEG file whose bytes are `bytes`.
    ///
    /// - Returns: Its size, with one channel where it is grey and three where it has colour.
    /// - Throws: ``DataError/unreadableImage(path:reason:)``
    static func shape(of bytes: [UInt8], path: String) throws(DataError) -> TensorShape {
        let shape = isPNG(bytes) ? try PNG.shape(of: bytes, path: path) : try JPEG.shape(of: bytes, path: path)
        guard (1...maximumSide).contains(shape.height), (1...maximumSide).contains(shape.width) else {
            throw .unreadableImage(
                path: path, reason: "its size \(shape) is outside 1x1...\(maximumSide)x\(maximumSide)")
        }
        return shape
    }

    /// Writes the pixels to `pixels` in channel, height, width order.
    ///
    /// - Parameter shape: What ``shape(of:path:)`` said.
    /// - Throws: ``DataError/unreadableImage(path:reason:)``
    static func decode(
        _ bytes: [UInt8], path: String, shape: TensorShape, into pixels: UnsafeMutableBufferPointer<UInt8>
    ) throws(DataError) {
        let interleaved = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: shape.count)
        defer { interleaved.deallocate() }
        if isPNG(bytes) {
            try PNG.decode(bytes, path: path, shape: shape, into: interleaved)
        } else {
            try JPEG.decode(bytes, path: path, shape: shape, into: interleaved)
        }
        let plane = shape.height * shape.width
        for channel in 0..<shape.channels {
            for pixel in 0..<plane {
                pixels[channel * plane + pixel] = interleaved[pixel * shape.channels + channel]
            }
        }
    }

    private static func isPNG(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0x89, 0x50, 0x4e, 0x47])
    }
}

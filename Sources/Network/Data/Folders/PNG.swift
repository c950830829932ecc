internal import CPNG

/// PNG files by libpng's simplified interface: 8 bits a channel, transparency laid over black.
enum PNG {
    static func shape(of bytes: [UInt8], path: String) throws(DataError) -> TensorShape {
        var image = png_image()
        defer { png_image_free(&image) }
        let format = try begin(&image, bytes, path)
        return TensorShape(
            channels: format & UInt32(PNG_FORMAT_FLAG_COLOR) == 0 ? 1 : 3, height: Int(image.height),
            width: Int(image.width))
    }

    static func decode(
        _ bytes: [UInt8], path: String, shape: TensorShape, into pixels: UnsafeMutableBufferPointer<UInt8>
    ) throws(DataError) {
        var image = png_image()
        defer { png_image_free(&image) }
        var done: Int32 = 0
        var failure: DataError?
        bytes.withUnsafeBufferPointer { source in
            image.version = UInt32(PNG_IMAGE_VERSION)
            guard png_image_begin_read_from_memory(&image, source.baseAddress, source.count) != 0 else { return }
            guard Int(image.width) == shape.width, Int(image.height) == shape.height else {
                failure = .unreadableImage(path: path, reason: "its size changed while it was read")
                return
            }
            image.format = shape.channels == 1 ? 0 : UInt32(PNG_FORMAT_FLAG_COLOR)
            var black = png_color(red: 0, green: 0, blue: 0)
            done = png_image_finish_read(
                &image, &black, pixels.baseAddress, Int32(shape.width * shape.channels), nil)
        }
        if let failure { throw failure }
        guard done != 0 else { throw unreadable(image, path) }
    }

    /// Opens the image and returns its own format.
    private static func begin(
        _ image: inout png_image, _ bytes: [UInt8], _ path: String
    ) throws(DataError) -> UInt32 {
        image.version = UInt32(PNG_IMAGE_VERSION)
        let begun = bytes.withUnsafeBufferPointer { source in
            png_image_begin_read_from_memory(&image, source.baseAddress, source.count)
        }
        guard begun != 0 else { throw unreadable(image, path) }
        return image.format
    }

    private static func unreadable(_ image: png_image, _ path: String) -> DataError {
        let reason = withUnsafeBytes(of: image.message) { raw in
            String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
        }
        return .unreadableImage(path: path, reason: reason.isEmpty ? "libpng refused it" : reason)
    }
}

internal import CTurboJPEG

/// JPEG files by TurboJPEG, with the accurate inverse transform; a damaged file is refused, not patched up.
enum JPEG {
    static func shape(of bytes: [UInt8], path: String) throws(DataError) -> TensorShape {
        let decoder = try Decoder(path)
        return try decoder.shape(of: bytes)
    }

    static func decode(
        _ bytes: [UInt8], path: String, shape: TensorShape, into pixels: UnsafeMutableBufferPointer<UInt8>
    ) throws(DataError) {
        let decoder = try Decoder(path)
        let format = shape.channels == 1 ? TJPF_GRAY : TJPF_RGB
        let code = bytes.withUnsafeBufferPointer { source in
            tjDecompress2(
                decoder.handle, source.baseAddress, UInt(source.count), pixels.baseAddress, Int32(shape.width), 0,
                Int32(shape.height), Int32(format.rawValue), TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING)
        }
        guard code == 0 else { throw decoder.failure() }
    }

    /// TurboJPEG's state, freed at the end.
    private struct Decoder: ~Copyable {
        let handle: tjhandle
        let path: String

        init(_ path: String) throws(DataError) {
            guard let handle = tjInitDecompress() else {
                throw .unreadableImage(path: path, reason: "TurboJPEG could not start")
            }
            self.handle = handle
            self.path = path
        }

        deinit {
            tjDestroy(handle)
        }

        func shape(of bytes: [UInt8]) throws(DataError) -> TensorShape {
            var (width, height, sampling, colours) = (Int32(0), Int32(0), Int32(0), Int32(0))
            let code = bytes.withUnsafeBufferPointer { source in
                tjDecompressHeader3(
                    handle, source.baseAddress, UInt(source.count), &width, &height, &sampling, &colours)
            }
            guard code == 0 else { throw failure() }
            guard colours != Int32(bitPattern: TJCS_CMYK.rawValue), colours != Int32(bitPattern: TJCS_YCCK.rawValue)
            else { throw .unreadableImage(path: path, reason: "it is CMYK; save it as RGB or grey") }
            return TensorShape(
                channels: colours == Int32(bitPattern: TJCS_GRAY.rawValue) ? 1 : 3, height: Int(height),
                width: Int(width))
        }

        func failure() -> DataError {
            .unreadableImage(path: path, reason: String(cString: tjGetErrorStr2(handle)))
        }
    }
}

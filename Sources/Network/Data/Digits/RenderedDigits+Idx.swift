internal import Foundation

extension RenderedDigits {
    /// Writes all images and labels as the four files of ``DatasetFormat/idx``, for programs that read MNIST.
    ///
    /// - Parameter directory: Made where it does not exist.
    /// - Throws: ``DataError/writeFailed(path:reason:)``
    package static func writeIdx(to directory: String) throws(DataError) {
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw .writeFailed(path: directory, reason: "the directory could not be made")
        }
        for (part, prefix) in [(Part.training, "train"), (Part.test, "t10k")] {
            let images = try standard.images(part, 0..<standard.count(of: part))
            guard case .bytes(let pixels) = images.pixels else { preconditionFailure("rendered digits are bytes") }
            let extents = [images.count, images.shape.height, images.shape.width]
            try write(pixels, extents: extents, to: "\(directory)/\(prefix)-images-idx3-ubyte")
            let labels = images.labels.map { UInt8($0) }
            try write(labels, extents: [images.count], to: "\(directory)/\(prefix)-labels-idx1-ubyte")
        }
    }

    private static func write(_ values: [UInt8], extents: [Int], to path: String) throws(DataError) {
        var header: [UInt8] = [0, 0, 8, UInt8(extents.count)]
        for extent in extents { withUnsafeBytes(of: UInt32(extent).bigEndian) { header += $0 } }
        let file = try OutputFile(path)
        for bytes in [header, values] {
            var failure: DataError?
            bytes.withUnsafeBytes { raw in
                do throws(DataError) { try file.write(raw) } catch { failure = error }
            }
            if let failure { throw failure }
        }
    }
}

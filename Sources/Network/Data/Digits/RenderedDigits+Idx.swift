internal import Foundation

extension RenderedDigits {
    /// Writes all images and labels as the four files of ``DatasetFormat/idx``, for programs that read MNIST.
    ///
    /// - Parameters:
    ///   - directory: Made where it does not exist.
    ///   - replaces: Whether files of these names may be replaced; otherwise nothing is written where one is.
    /// - Throws: ``DataError/taken(path:)`` and the errors of writing.
    package static func writeIdx(to directory: String, replacing replaces: Bool = false) throws(DataError) {
        try Directory.make(at: directory)
        let parts = [(Part.training, "train"), (.test, "t10k")].map { part, prefix in
            let start = "\(directory)/\(prefix)"
            return (part, images: "\(start)-images-idx3-ubyte", labels: "\(start)-labels-idx1-ubyte")
        }
        var status = stat()
        for path in parts.flatMap({ [$0.images, $0.labels] }) where !replaces && lstat(path, &status) == 0 {
            throw .taken(path: path)
        }
        for (part, imagesPath, labelsPath) in parts {
            let images = try standard.images(part, 0..<standard.count(of: part))
            guard case .bytes(let pixels) = images.pixels else { preconditionFailure("rendered digits are bytes") }
            try write(
                pixels, extents: [images.count, images.shape.height, images.shape.width], to: imagesPath)
            try write(images.labels.map { UInt8($0) }, extents: [images.count], to: labelsPath)
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

package import Foundation

extension RenderedDigits {
    /// All images and labels as the four files of ``DatasetFormat/idx``, for programs that read MNIST.
    package static func idxFiles() throws(DataError) -> [(name: String, data: Data)] {
        var files: [(name: String, data: Data)] = []
        for (part, prefix) in [(Part.training, "train"), (.test, "t10k")] {
            let images = try standard.images(part, 0..<standard.count(of: part))
            guard case .bytes(let pixels) = images.pixels else { preconditionFailure("rendered digits are bytes") }
            let extents = [images.count, images.shape.height, images.shape.width]
            files.append(("\(prefix)-images-idx3-ubyte", idx(pixels, extents: extents)))
            files.append(("\(prefix)-labels-idx1-ubyte", idx(images.labels.map { UInt8($0) }, extents: [images.count])))
        }
        return files
    }

    private static func idx(_ values: [UInt8], extents: [Int]) -> Data {
        var data = Data([0, 0, 8, UInt8(extents.count)])
        for extent in extents { withUnsafeBytes(of: UInt32(extent).bigEndian) { data.append(contentsOf: $0) } }
        return data + values
    }
}

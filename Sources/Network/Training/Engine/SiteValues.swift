/// What one site reads for the images of a micro-batch, where it stands. Valid as long as the pass it is from.
package struct SiteValues {
    /// Index into `graph.sites`.
    package let site: Int
    package let shape: TensorShape
    package let images: Int
    /// Channels in one block of the layout; see ``offset(image:channel:row:column:)``.
    package let block: Int
    /// The images' values, block after block; channels that only fill the last block are 0.
    package let values: UnsafeBufferPointer<Float>

    init(site: Int, tensor: BatchTensor, images: Int, values: UnsafePointer<Float>) {
        self.site = site
        shape = tensor.shape
        self.images = images
        block = tensor.block
        let count = images * tensor.paddedChannels * tensor.shape.height * tensor.shape.width
        self.values = UnsafeBufferPointer(start: values, count: count)
    }

    /// Where a value stands in ``values``, and in a gradient of the same site.
    package func offset(image: Int, channel: Int, row: Int, column: Int) -> Int {
        let blocks = (shape.channels + block - 1) / block
        let plane = shape.height * shape.width
        return ((image * blocks + channel / block) * plane + row * shape.width + column) * block + channel % block
    }

    package subscript(image: Int, channel: Int, row: Int, column: Int) -> Float {
        values[offset(image: image, channel: channel, row: row, column: column)]
    }
}

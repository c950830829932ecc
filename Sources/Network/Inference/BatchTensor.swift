internal import CDNNL

/// A batch of activations in oneDNN's blocked layouts, which all have the form
///
///     offset(n, c, h, w) = ((n * ceil(C / B) + c / B) * H * W + h * W + w) * B + c % B
///
/// for some block of B channels: 1 is nchw, C is nhwc, 8 and 16 are nChw8c and nChw16c. Channels that only fill the
/// last block are zero.
struct BatchTensor: Hashable, Sendable {
    var images: Int
    var shape: TensorShape
    var block: Int

    /// Channels, with those that fill the last block.
    var paddedChannels: Int { (shape.channels + block - 1) / block * block }

    /// Floats that the batch takes.
    var count: Int { images * paddedChannels * shape.height * shape.width }

    /// Whether each image stands in channel, height, width order.
    var isPlain: Bool {
        block == 1 || (shape.height == 1 && shape.width == 1 && paddedChannels == shape.channels)
    }

    /// The same kind of layout for another shape.
    func layout(for other: TensorShape) -> BatchTensor {
        let kinds = [1, 8, 16]
        return BatchTensor(images: images, shape: other, block: kinds.contains(block) ? block : other.channels)
    }

    /// What the C layer reads, for the first `count` images.
    func described(images count: Int) -> cdnnl_tensor {
        cdnnl_tensor(
            images: Int32(count), channels: Int32(shape.channels), height: Int32(shape.height),
            width: Int32(shape.width), block: Int32(block))
    }

    var described: cdnnl_tensor { described(images: images) }
}

/// How a file names its input and output, and how it lays out images.
package struct ONNXInterface: Hashable, Sendable {
    package enum Layout: Hashable, Sendable {
        /// batch x channels x height x width, as PyTorch has it.
        case channelsFirst
        /// batch x height x width x channels, as Keras has it.
        case channelsLast
        /// batch x height x width, of images with one channel.
        case grey
        /// batch x values.
        case vector
    }

    /// What files that are not made after another one have.
    package static let standard = ONNXInterface(input: "input", layout: .channelsFirst, output: "logits")

    package var input: String
    package var layout: Layout
    package var output: String

    package init(input: String, layout: Layout, output: String) {
        self.input = input
        self.layout = layout
        self.output = output
    }
}

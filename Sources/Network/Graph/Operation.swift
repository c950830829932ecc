/// What a node does to its inputs. Shapes are channels x height x width, without the batch.
package enum Operation: Sendable {
    case convolution(Convolution)
    /// Matrix times the input, flattened in channel, height, width order.
    case linear(Linear)
    /// Element-wise sum of two tensors of one shape.
    case add
    /// The function of `sites[site]`, element by element.
    case activation(site: Int)
    case pool(Pool)
    /// Mean over height and width.
    case globalAveragePool
    /// x * scale[c] + shift[c], where a batch-norm or a constant could not be folded.
    case affine(scale: [Float], shift: [Float])
    case slice(Slice)
    /// Zeros around the tensor.
    case pad(Pad)
    /// Along channels, in the order of the inputs.
    case concatenate
    /// To a vector, in channel, height, width order.
    case flatten

    package struct Convolution: Sendable {
        /// outputChannels x (inputChannels / groups) x kernelHeight x kernelWidth, row-major.
        package var weights: [Float]
        /// One per output channel.
        package var bias: [Float]
        package var inputChannels: Int
        package var outputChannels: Int
        package var groups: Int
        package var window: Window

        package init(
            weights: [Float], bias: [Float], inputChannels: Int, outputChannels: Int, groups: Int, window: Window
        ) {
            self.weights = weights
            self.bias = bias
            self.inputChannels = inputChannels
            self.outputChannels = outputChannels
            self.groups = groups
            self.window = window
        }
    }

    package struct Linear: Sendable {
        /// outputs x inputs, row-major.
        package var weights: [Float]
        package var bias: [Float]
        package var inputs: Int
        package var outputs: Int

        package init(weights: [Float], bias: [Float], inputs: Int, outputs: Int) {
            self.weights = weights
            self.bias = bias
            self.inputs = inputs
            self.outputs = outputs
        }
    }

    /// A window that moves over height and width.
    package struct Window: Hashable, Sendable {
        package var kernelHeight: Int
        package var kernelWidth: Int
        package var strideHeight: Int
        package var strideWidth: Int
        package var dilationHeight: Int
        package var dilationWidth: Int
        package var top: Int
        package var left: Int
        package var bottom: Int
        package var right: Int

        package init(
            kernelHeight: Int, kernelWidth: Int, strideHeight: Int = 1, strideWidth: Int = 1,
            dilationHeight: Int = 1, dilationWidth: Int = 1,
            top: Int = 0, left: Int = 0, bottom: Int = 0, right: Int = 0
        ) {
            self.kernelHeight = kernelHeight
            self.kernelWidth = kernelWidth
            self.strideHeight = strideHeight
            self.strideWidth = strideWidth
            self.dilationHeight = dilationHeight
            self.dilationWidth = dilationWidth
            self.top = top
            self.left = left
            self.bottom = bottom
            self.right = right
        }
    }

    package struct Pool: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            /// Runs in clear only: it has no polynomial replacement here.
            case maximum
            case average(countsPadding: Bool)
        }

        package var kind: Kind
        package var window: Window

        package init(kind: Kind, window: Window) {
            self.kind = kind
            self.window = window
        }
    }

    /// Per axis (channel, height, width): `count` elements from `start`, `step` apart.
    package struct Slice: Hashable, Sendable {
        package struct Axis: Hashable, Sendable {
            package var start: Int
            package var step: Int
            package var count: Int

            package init(start: Int, step: Int, count: Int) {
                self.start = start
                self.step = step
                self.count = count
            }
        }

        package var channel: Axis
        package var height: Axis
        package var width: Axis

        package init(channel: Axis, height: Axis, width: Axis) {
            self.channel = channel
            self.height = height
            self.width = width
        }
    }

    /// Zeros before and after, per axis.
    package struct Pad: Hashable, Sendable {
        package struct Axis: Hashable, Sendable {
            package var before: Int
            package var after: Int

            package init(before: Int, after: Int) {
                self.before = before
                self.after = after
            }
        }

        package var channel: Axis
        package var height: Axis
        package var width: Axis

        package init(channel: Axis, height: Axis, width: Axis) {
            self.channel = channel
            self.height = height
            self.width = width
        }
    }
}

internal import Approx

/// A network compiled for one batch size and one choice of visible activation sites: a list of steps over buffers.
///
/// Immutable; any number of ``Session``s may run one program.
struct Program: Sendable {
    /// Activations of one step, in one of the buffers.
    struct Slot: Sendable {
        var tensor: BatchTensor
        /// Index into ``bufferSizes``.
        var buffer: Int
    }

    struct Step: Sendable {
        enum Work: Sendable {
            /// Reads the first input and writes the output, or adds to it.
            case primitive(Primitive)
            /// Each input into its box of the output; `clears` where the boxes leave something uncovered.
            case copy([Box], clears: Bool)
            case add
            /// Tables padded with zeros to whole blocks.
            case affine(scale: [Float], shift: [Float])
            case globalAverage
            /// A visible site, or one that oneDNN does not know; nil stands for the error function.
            case activation(site: Int, Primitive?)
        }

        /// The node's name, for errors.
        var name: String
        var work: Work
        /// Indices into ``slots``, as is `output`.
        var inputs: [Int]
        var output: Int
    }

    /// What a copy takes from its input and where it puts it.
    struct Box: Hashable, Sendable {
        struct Axis: Hashable, Sendable {
            var from: Int
            var step: Int
            var to: Int
            var count: Int
        }

        var channel: Axis
        var height: Axis
        var width: Axis
    }

    var batch: Int
    var slots: [Slot]
    var steps: [Step]
    /// Floats in each buffer.
    var bufferSizes: [Int]
    /// Bytes of working memory for the step that needs most.
    var scratchSize: Int
    /// Index into ``slots``, as is `output`.
    var input: Int
    var output: Int
    /// The step of each site that is on its own.
    var siteSteps: [Int: Int]
}

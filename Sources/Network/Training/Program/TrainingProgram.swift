/// A trainable network compiled for micro-batches of one size: steps forward, and what each does on the way back.
///
/// Immutable, but for the weights inside its layers; any number of ``TrainingSession``s may run it.
struct TrainingProgram: Sendable {
    /// A place for values or for a gradient.
    struct Slot: Hashable, Sendable {
        var tensor: BatchTensor
        /// Floats from the start of a session's memory.
        var offset: Int
    }

    struct Step: Sendable {
        enum Work: Sendable {
            /// A second input, if there is one, is added to the result.
            case layer(TrainingLayer, weights: Range<Int>, bias: Range<Int>)
            case add
            case activation(site: Int)
            case pool(Primitive, Operation.Pool)
            case globalAverage
            case affine(scale: Range<Int>, shift: Range<Int>)
            case normalisation(index: Int)
            case expansion(index: Int)
            /// Each input into its box of the output; `clears` where the boxes leave something uncovered.
            case copy([Program.Box], clears: Bool)
            /// The output stands where the input does.
            case alias
        }

        /// What becomes of the output's gradient at one of the inputs.
        struct Target: Hashable, Sendable {
            enum Mode: Hashable, Sendable {
                /// The first contribution; what stood there is lost.
                case write
                case add
                /// The output's gradient is the input's from now on, in place.
                case handOver
            }

            var slot: Int
            var mode: Mode
        }

        /// The node's name, for errors.
        var name: String
        var work: Work
        /// Indices into ``slots``, as is `output`.
        var inputs: [Int]
        var output: Int
        /// The slot of the output's gradient; nil where nothing flows back.
        var gradient: Int?
        /// One for each input; nil where that needs no gradient.
        var targets: [Target?] = []
    }

    /// A batch normalisation behind a convolution.
    struct Normalisation: Sendable {
        var node: Int
        var channels: Int
        var scale: Range<Int>
        var shift: Range<Int>
        /// Where the gradient vector carries the micro-batch's mean and variance.
        var mean: Range<Int>
        var variance: Range<Int>
    }

    /// A normalised expansion in place of an activation.
    struct Expansion: Sendable {
        var site: Int
        var function: NormalisedExpansion
        var channels: Int
        var scale: Range<Int>
        var shift: Range<Int>
        /// Where the gradient vector carries the micro-batch's means and variances: of x, and then of x^2.
        var mean: Range<Int>
        var variance: Range<Int>
    }

    var images: Int
    var slots: [Slot]
    var steps: [Step]
    /// Floats that a session needs.
    var memory: Int
    /// Bytes of working memory for the pass that needs most.
    var scratchSize: Int
    /// Indices into ``slots``.
    var input: Int
    var output: Int
    /// Nil in a program that only runs forward.
    var outputGradient: Int?
    /// By site: the slot of what the site reads.
    var sites: [Int]
    /// By site: the slot for a gradient that the caller gives; nil where that was not asked for.
    var siteGradients: [Int?]
    var normalisations: [Normalisation]
    var expansions: [Expansion]
}

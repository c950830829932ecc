internal import CDNNL

/// A convolution or a linear layer with its three passes, and weights that are loaded anew at each step.
///
/// `@unchecked Sendable`: the handle is set once, and runs take all their working memory from the caller. Only
/// ``load(weights:bias:on:)`` changes what it points to; ``TrainingEngine`` calls it between steps, on one thread, and
/// starts the threads that run the layer afterwards. The last owner destroys it, once.
final class TrainingLayer: @unchecked Sendable {
    let name: String
    let inputBlock: Int
    let outputBlock: Int
    /// Bytes of working memory that a pass needs.
    let scratchSize: Int
    private let handle: OpaquePointer

    private init(
        _ name: String, _ make: (inout OpaquePointer?, UnsafeMutablePointer<CChar>) -> Int32
    ) throws(InferenceError) {
        // A primitive keeps the number of threads that it was made for.
        cdnnl_use_calling_thread_only()
        var made: OpaquePointer?
        try Primitive.check(name) { make(&made, $0) }
        guard let made else { throw .operation(name: name, reason: "nothing was made") }
        self.name = name
        handle = made
        inputBlock = Int(cdnnl_layer_input_block(made))
        outputBlock = Int(cdnnl_layer_output_block(made))
        scratchSize = cdnnl_layer_scratch_size(made)
    }

    deinit {
        cdnnl_layer_destroy(handle)
    }

    convenience init(
        _ name: String, convolution: Operation.Convolution, images: Int, input: TensorShape, output: TensorShape,
        inputGradient: Bool
    ) throws(InferenceError) {
        var shape = cdnnl_convolution(
            images: Int32(images), input_channels: Int32(input.channels), input_height: Int32(input.height),
            input_width: Int32(input.width), output_channels: Int32(output.channels),
            output_height: Int32(output.height), output_width: Int32(output.width),
            groups: Int32(convolution.groups), window: convolution.window.described(from: input, to: output))
        try self.init(name) { made, message in
            cdnnl_layer_convolution_create(&made, &shape, inputGradient ? 1 : 0, message)
        }
    }

    convenience init(
        _ name: String, linear: Operation.Linear, images: Int, inputGradient: Bool
    ) throws(InferenceError) {
        try self.init(name) { made, message in
            cdnnl_layer_linear_create(
                &made, Int32(images), Int32(linear.inputs), Int32(linear.outputs), inputGradient ? 1 : 0, message)
        }
    }

    func load(
        weights: UnsafePointer<Float>, bias: UnsafePointer<Float>, on stream: Primitive.Stream
    ) throws(InferenceError) {
        try Primitive.check(name) { cdnnl_layer_load(handle, stream.handle, weights, bias, $0) }
    }

    /// output = layer(input) + addend.
    func forward(
        on stream: Primitive.Stream, _ input: UnsafePointer<Float>, adding addend: UnsafePointer<Float>?,
        _ output: UnsafeMutablePointer<Float>, scratch: UnsafeMutableRawPointer?
    ) throws(InferenceError) {
        try Primitive.check(name) {
            cdnnl_layer_forward(handle, stream.handle, input, addend, output, scratch, $0)
        }
    }

    /// The gradient with respect to the input.
    func backward(
        on stream: Primitive.Stream, _ outputGradient: UnsafePointer<Float>,
        _ inputGradient: UnsafeMutablePointer<Float>, accumulates: Bool, scratch: UnsafeMutableRawPointer?
    ) throws(InferenceError) {
        try Primitive.check(name) {
            cdnnl_layer_backward(
                handle, stream.handle, outputGradient, inputGradient, accumulates ? 1 : 0, scratch, $0)
        }
    }

    /// The gradients with respect to weights and bias.
    func gradient(
        on stream: Primitive.Stream, _ input: UnsafePointer<Float>, _ outputGradient: UnsafePointer<Float>,
        weights: UnsafeMutablePointer<Float>, bias: UnsafeMutablePointer<Float>, scratch: UnsafeMutableRawPointer?
    ) throws(InferenceError) {
        try Primitive.check(name) {
            cdnnl_layer_gradient(handle, stream.handle, input, outputGradient, weights, bias, scratch, $0)
        }
    }
}

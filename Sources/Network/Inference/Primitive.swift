internal import Approx
internal import CDNNL

/// One operation that oneDNN has compiled, with its weights in the layout that it wants.
///
/// `@unchecked Sendable`: the handle is set once, and the C layer never changes what it points to between making and
/// destroying it; its runs take all their working memory from the caller. The last owner destroys it, once.
final class Primitive: @unchecked Sendable {
    /// What is done to the result before it is written.
    struct Epilogue: Hashable, Sendable {
        /// Adds the result to what the output buffer holds.
        var accumulates = false
        var function: ActivationFunction?
    }

    let inputBlock: Int
    let outputBlock: Int
    /// Bytes of working memory that a run needs.
    let scratchSize: Int
    private let handle: OpaquePointer

    private init(
        _ node: String, _ make: (inout OpaquePointer?, UnsafeMutablePointer<CChar>) -> Int32
    ) throws(InferenceError) {
        // A primitive keeps the number of threads that it was made for.
        cdnnl_use_calling_thread_only()
        var made: OpaquePointer?
        try Self.check(node) { make(&made, $0) }
        guard let made else { throw .operation(name: node, reason: "oneDNN returned nothing") }
        handle = made
        inputBlock = Int(cdnnl_primitive_input_block(made))
        outputBlock = Int(cdnnl_primitive_output_block(made))
        scratchSize = cdnnl_primitive_scratch_size(made)
    }

    deinit {
        cdnnl_primitive_destroy(handle)
    }

    convenience init(
        _ node: String, convolution: Operation.Convolution, images: Int, input: TensorShape, output: TensorShape,
        epilogue: Epilogue
    ) throws(InferenceError) {
        var shape = cdnnl_convolution(
            images: Int32(images), input_channels: Int32(input.channels), input_height: Int32(input.height),
            input_width: Int32(input.width), output_channels: Int32(output.channels),
            output_height: Int32(output.height), output_width: Int32(output.width),
            groups: Int32(convolution.groups), window: convolution.window.described(from: input, to: output))
        try self.init(node) { made, message in
            cdnnl_convolution_create(
                &made, &shape, convolution.weights, convolution.bias, epilogue.described, message)
        }
    }

    convenience init(
        _ node: String, linear: Operation.Linear, images: Int, epilogue: Epilogue
    ) throws(InferenceError) {
        try self.init(node) { made, message in
            cdnnl_linear_create(
                &made, Int32(images), Int32(linear.inputs), Int32(linear.outputs), linear.weights, linear.bias,
                epilogue.described, message)
        }
    }

    convenience init(
        _ node: String, pool: Operation.Pool, input: BatchTensor, output: TensorShape
    ) throws(InferenceError) {
        try self.init(node) { made, message in
            cdnnl_pool_create(
                &made, pool.kind.described, input.described, Int32(output.height), Int32(output.width),
                pool.window.described(from: input.shape, to: output), message)
        }
    }

    /// An activation function on its own; `function` is one that ``Epilogue`` can carry.
    convenience init(_ node: String, function: ActivationFunction, tensor: BatchTensor) throws(InferenceError) {
        try self.init(node) { made, message in
            cdnnl_function_create(&made, tensor.described, Epilogue(function: function).described, message)
        }
    }

    /// Runs on the calling thread. `input` and `output` may be one buffer for an activation function.
    func run(
        _ node: String, on stream: Stream, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutableRawPointer?
    ) throws(InferenceError) {
        try Self.check(node) { cdnnl_primitive_run(handle, stream.handle, input, output, scratch, $0) }
    }

    /// What one thread needs to run primitives. Not to be shared between threads.
    final class Stream {
        let handle: OpaquePointer

        init() throws(InferenceError) {
            var made: OpaquePointer?
            try Primitive.check("stream") { cdnnl_stream_create(&made, $0) }
            guard let made else { throw .operation(name: "stream", reason: "oneDNN returned nothing") }
            handle = made
        }

        deinit {
            cdnnl_stream_destroy(handle)
        }
    }

    /// Runs `body` with room for a message, and throws that where it returns a code other than 0.
    static func check(
        _ node: String, _ body: (UnsafeMutablePointer<CChar>) -> Int32
    ) throws(InferenceError) {
        let reason: String? = withUnsafeTemporaryAllocation(
            of: CChar.self, capacity: Int(CDNNL_MESSAGE_CAPACITY)
        ) { text in
            text.initialize(repeating: 0)
            guard let message = text.baseAddress, body(message) != 0 else { return nil }
            return String(cString: message)
        }
        if let reason { throw .operation(name: node, reason: reason) }
    }
}

extension Primitive.Epilogue {
    /// Whether oneDNN knows the function; the error function is the one that it does not.
    static func supports(_ function: ActivationFunction) -> Bool { function != .erf }

    var described: cdnnl_epilogue {
        var epilogue = cdnnl_epilogue(
            accumulate: accumulates ? 1 : 0, function: CDNNL_FUNCTION_NONE, alpha: 0, beta: 0)
        switch function {
        case nil, .erf: break
        case .relu: epilogue.function = CDNNL_FUNCTION_RELU
        case .leakyReLU(let slope):
            epilogue.function = CDNNL_FUNCTION_RELU
            epilogue.alpha = Float(slope)
        case .clip(let lower, let upper):
            epilogue.function = CDNNL_FUNCTION_CLIP
            (epilogue.alpha, epilogue.beta) = (Float(lower), Float(upper))
        case .sigmoid: epilogue.function = CDNNL_FUNCTION_LOGISTIC
        case .tanh: epilogue.function = CDNNL_FUNCTION_TANH
        case .silu: epilogue.function = CDNNL_FUNCTION_SWISH
        case .hardSwish: epilogue.function = CDNNL_FUNCTION_HARDSWISH
        case .hardSigmoid(let slope, let offset):
            epilogue.function = CDNNL_FUNCTION_HARDSIGMOID
            (epilogue.alpha, epilogue.beta) = (Float(slope), Float(offset))
        case .gelu: epilogue.function = CDNNL_FUNCTION_GELU_ERF
        case .geluTanh: epilogue.function = CDNNL_FUNCTION_GELU_TANH
        }
        return epilogue
    }
}

extension Operation.Pool.Kind {
    var described: cdnnl_pool_kind {
        switch self {
        case .maximum: CDNNL_POOL_MAXIMUM
        case .average(countsPadding: true): CDNNL_POOL_AVERAGE_WITH_PADDING
        case .average(countsPadding: false): CDNNL_POOL_AVERAGE_WITHOUT_PADDING
        }
    }
}

extension Operation.Window {
    /// With as much padding after the image as the last window of `output` needs; oneDNN wants it spelt out.
    func described(from input: TensorShape, to output: TensorShape) -> cdnnl_window {
        func after(_ size: Int, _ count: Int, _ kernel: Int, _ dilation: Int, _ stride: Int, _ before: Int) -> Int32 {
            Int32((count - 1) * stride + (kernel - 1) * dilation + 1 - size - before)
        }
        return cdnnl_window(
            kernel_height: Int32(kernelHeight), kernel_width: Int32(kernelWidth), stride_height: Int32(strideHeight),
            stride_width: Int32(strideWidth), dilation_height: Int32(dilationHeight),
            dilation_width: Int32(dilationWidth), top: Int32(top), left: Int32(left),
            bottom: max(
                Int32(bottom), after(input.height, output.height, kernelHeight, dilationHeight, strideHeight, top)),
            right: max(Int32(right), after(input.width, output.width, kernelWidth, dilationWidth, strideWidth, left)))
    }
}

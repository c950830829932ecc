/// Which operators the importer knows, and what to advise where it does not.
enum OperatorSupport {
    static func isONNX(_ domain: String) -> Bool {
        domain.isEmpty || domain == "ai.onnx"
    }

    /// The advice for `node`, or nil where its operator is known.
    static func refusal(of node: ONNXNode) -> UnsupportedNode? {
        guard let advice = advice(for: node) else { return nil }
        return UnsupportedNode(name: node.title, operation: node.opType.printable, advice: advice)
    }

    private static func advice(for node: ONNXNode) -> String? {
        if node.attribute.contains(where: { !$0.g.isEmpty || !$0.graphs.isEmpty }) {
            return "it runs a part of the model conditionally or repeatedly; export with fixed control flow, "
                + "e.g. torch.onnx.export(..., dynamo=True) in eval mode"
        }
        guard isONNX(node.domain) else {
            return "it belongs to the extension \(node.domain.printable); export with standard operators only, "
                + "before any runtime optimises the model"
        }
        if known.contains(node.opType) { return nil }
        return advice[node.opType] ?? unknownAdvice
    }

    /// Operators with a meaning for the importer, on tensors or on constants.
    private static let known: Set<String> = [
        "Add", "AveragePool", "BatchNormalization", "Cast", "CastLike", "Clip", "Concat", "Constant",
        "ConstantOfShape", "Conv", "Div", "Dropout", "Equal", "Erf", "Exp", "Expand", "Flatten", "Gather", "Gelu",
        "Gemm", "GlobalAveragePool", "GlobalMaxPool", "Greater", "HardSigmoid", "HardSwish", "Identity", "LeakyRelu",
        "Less", "LogSoftmax", "MatMul", "Max", "MaxPool", "Min", "Mul", "Neg", "Not", "PRelu", "Pad", "Pow", "Range",
        "Reciprocal", "ReduceMax", "ReduceMean", "ReduceProd", "Relu", "Reshape", "SequenceAt", "Shape", "Sigmoid",
        "Size", "Slice", "Softmax",
        "Split", "SplitToSequence", "Sqrt", "Squeeze", "Sub", "Sum", "Tanh", "Transpose", "Unsqueeze", "Where",
    ]

    private static let unknownAdvice = "no layer of Centroid does this; replace it in the model, or export without it"
    private static let smoothAdvice =
        "no polynomial is fitted to it; train with ReLU, LeakyReLU, SiLU, GELU, "
        + "HardSwish, sigmoid or tanh instead"
    private static let recurrentAdvice = "recurrent networks cannot be imported; only CNN classifiers can"
    private static let normalisationAdvice =
        "it divides by a statistic of its input, which no polynomial does; "
        + "train with batch normalisation"
    private static let quantisedAdvice = "quantised models cannot be imported; export the float model"
    private static let resizeAdvice = "it resamples the image; only classifiers without up-sampling can be imported"
    private static let labelAdvice = "export the model without it, so that it returns the logits"

    private static let advice: [String: String] = [
        "ArgMax": labelAdvice,
        "TopK": labelAdvice,
        "Celu": smoothAdvice,
        "Elu": smoothAdvice,
        "HardMax": smoothAdvice,
        "Mish": smoothAdvice,
        "Selu": smoothAdvice,
        "Softplus": smoothAdvice,
        "Softsign": smoothAdvice,
        "ThresholdedRelu": smoothAdvice,
        "GRU": recurrentAdvice,
        "LSTM": recurrentAdvice,
        "RNN": recurrentAdvice,
        "GroupNormalization": normalisationAdvice,
        "InstanceNormalization": normalisationAdvice,
        "LRN": normalisationAdvice,
        "LayerNormalization": normalisationAdvice,
        "LpNormalization": normalisationAdvice,
        "MeanVarianceNormalization": normalisationAdvice,
        "ConvInteger": quantisedAdvice,
        "DequantizeLinear": quantisedAdvice,
        "DynamicQuantizeLinear": quantisedAdvice,
        "MatMulInteger": quantisedAdvice,
        "QLinearConv": quantisedAdvice,
        "QLinearMatMul": quantisedAdvice,
        "QuantizeLinear": quantisedAdvice,
        "ConvTranspose": resizeAdvice,
        "DepthToSpace": resizeAdvice,
        "Resize": resizeAdvice,
        "Upsample": resizeAdvice,
        "Attention": "attention multiplies values of the image with each other; only CNN classifiers can be imported",
    ]
}

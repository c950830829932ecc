internal import Foundation
internal import Network
internal import Testing

@Suite struct ONNXImporterErrorTests {
    private func error(_ builder: ONNXBuilder) -> ModelError? {
        error(builder.file)
    }

    private func error(_ file: Data) -> ModelError? {
        do throws(ModelError) {
            _ = try ONNXImporter.graph(from: file)
            return nil
        } catch {
            return error
        }
    }

    /// A file with one node between the image and the head, which may read `constants`.
    private func error(
        _ operation: String, _ constants: [String] = [],
        _ attributes: KeyValuePairs<String, ONNXBuilder.Attribute> = [:],
        values: Int = 32, prepare: (inout ONNXBuilder) -> Void = { _ in }
    ) -> ModelError? {
        var builder = ONNXBuilder()
        prepare(&builder)
        builder.node(operation, ["image"] + constants, ["x"], attributes)
        builder.head("x", values: values)
        return error(builder)
    }

    // MARK: - Files

    @Test func emptyFileIsNamedSo() {
        #expect(error(Data()) == .empty)
    }

    @Test func otherFilesAreToldApart() {
        #expect(
            error(Data("PK\u{3}\u{4}archive".utf8))
                == .notONNX(found: "a zip archive (a PyTorch .pt or a .keras file?)"))
        #expect(error(Data("<!doctype html>".utf8)) == .notONNX(found: "a web page or XML"))
        #expect(error(Data("hello, world".utf8)) == .notONNX(found: "something else"))
    }

    @Test func cutFileSaysWhereItEnds() throws {
        var builder = ONNXBuilder()
        builder.head("image")
        let file = builder.file
        let cut = file.prefix(file.count / 2)
        guard case .truncated(let bytes, let expected) = error(cut) else {
            Issue.record("not truncated")
            return
        }
        #expect(bytes == cut.count)
        #expect(expected > bytes && expected <= file.count)
    }

    @Test func fileWithoutAGraphIsDamaged() {
        #expect(error(Data([0x08, 0x08])) == .damaged)
        #expect(error(Data([0x08, 0x08, 0x3a, 0x02, 0x0a, 0x7f])) == .damaged)
    }

    @Test(arguments: [1, 6, 26, 1000])
    func foreignOpsetIsNamed(opset: Int) {
        var builder = ONNXBuilder()
        builder.opset = opset
        builder.head("image")
        #expect(error(builder) == .opsetOutOfRange(opset, allowed: 7...25))
    }

    // MARK: - Nodes

    @Test func everyUnsupportedNodeIsListed() throws {
        var builder = ONNXBuilder()
        builder.node("LSTM", ["image"], ["a"], name: "memory")
        builder.node("Relu", ["a"], ["b"])
        builder.node("If", ["b"], ["c"], name: "branch", ["then_branch": .graph])
        builder.node("FusedConv", ["c"], ["d"], name: "fused", domain: "com.microsoft")
        builder.node("Frobnicate", ["d"], ["g"], name: "odd")
        builder.convolution("image", "h", channels: 7, to: 1)
        builder.node("Add", ["g", "h"], ["i"])
        builder.head("i")
        let found = try #require(error(builder))
        guard case .unsupported(let nodes) = found else {
            Issue.record("\(found)")
            return
        }
        #expect(nodes.map(\.name) == ["memory", "branch", "fused", "odd"])
        #expect(nodes.map(\.operation) == ["LSTM", "If", "FusedConv", "Frobnicate"])
        #expect(found.description.hasPrefix("4 nodes cannot be imported:\n  memory (LSTM): recurrent"))
    }

    @Test(arguments: [
        "Elu", "Softplus", "LayerNormalization", "QuantizeLinear", "Resize", "ArgMax", "Attention", "Anything",
    ])
    func unknownOperatorsComeWithAdvice(operation: String) throws {
        guard case .unsupported(let nodes) = error(operation) else {
            Issue.record("accepted")
            return
        }
        #expect(nodes.map(\.name) == ["node_x"])
        #expect(nodes[0].advice.count > 20)
    }

    @Test func productsOfTensorsAreRefused() throws {
        guard case .unsupported(let nodes) = error("Mul", ["image"]) else {
            Issue.record("accepted")
            return
        }
        #expect(nodes.map(\.name) == ["node_x"])
    }

    @Test func trainingModeIsRefused() {
        guard
            case .unsupported(let nodes) = error(
                "BatchNormalization", ["s", "s", "s", "s"], ["training_mode": .integer(1)],
                prepare: { $0.reals("s", [2], [1, 1]) })
        else {
            Issue.record("accepted")
            return
        }
        #expect(nodes[0].advice.contains("model.eval()"))
    }

    @Test(arguments: [
        ("channel shuffle", [0, 2, 2, 8]), ("patches", [0, 2, 2, 2, 4]), ("batch", [-1, 16]), ("other size", [0, 31]),
    ])
    func reshapesThatSplitAxesAreRefused(name: String, shape: [Int]) {
        #expect(error("Reshape", ["shape"], prepare: { $0.integers("shape", shape) }) != nil)
    }

    // MARK: - Structure

    @Test func missingTensorIsNamed() {
        #expect(error("Add", ["nowhere"]) == .missingTensor("nowhere", node: "node_x"))
    }

    @Test func cyclesAreNamed() {
        var builder = ONNXBuilder()
        builder.node("Add", ["image", "b"], ["a"])
        builder.node("Relu", ["a"], ["b"])
        builder.head("b")
        guard case .cycle(let nodes) = error(builder) else {
            Issue.record("accepted")
            return
        }
        #expect(nodes.starts(with: ["node_a", "node_b"]) || nodes.contains("node_a"))
    }

    @Test func tensorsAreMadeOnce() {
        var builder = ONNXBuilder()
        builder.node("Relu", ["image"], ["x"])
        builder.node("Tanh", ["image"], ["x"])
        builder.head("x")
        #expect(error(builder) == .duplicateTensor("x"))
    }

    @Test func oneInputAndOneOutput() {
        var builder = ONNXBuilder()
        builder.inputs.append(ONNXBuilder.value("mask", [nil, 2, 4, 4]))
        builder.node("Add", ["image", "mask"], ["x"])
        builder.head("x")
        #expect(error(builder) == .inputCount(["image", "mask"]))

        builder = ONNXBuilder()
        builder.head("image")
        builder.outputs.append(ONNXBuilder.value("flat", [nil, 32]))
        #expect(error(builder) == .outputCount(["logits", "flat"]))
        builder.outputs = []
        #expect(error(builder) == .outputCount([]))

        builder = ONNXBuilder()
        builder.reals("fixed", [1, 3])
        builder.node("Identity", ["fixed"], ["logits"])
        #expect(error(builder) == .inputCount([]))
    }

    @Test(
        arguments: [
            [nil, 2, nil, 4], [nil, 2, 0, 4], [nil, 2, -3, 4], [nil, 2, 4, 4, 4], [nil], [], [nil, 1 << 40, 4, 4],
            [nil, 1 << 20, 1 << 20, 1 << 20],
        ] as [[Int?]])
    func inputsThatAreNoImagesAreRefused(dimensions: [Int?]) {
        var builder = ONNXBuilder()
        builder.inputs = [ONNXBuilder.value("image", dimensions)]
        builder.head("image")
        switch error(builder) {
        case .inputShape("image", _), .tooLarge("image", _): break
        case let other: Issue.record("\(String(describing: other))")
        }
    }

    @Test func mapsAreNoLogits() {
        var builder = ONNXBuilder()
        builder.node("Relu", ["image"], ["logits"])
        guard case .inputShape("logits", _) = error(builder) else {
            Issue.record("accepted")
            return
        }
    }

    // MARK: - Weights

    @Test func weightsThatAreNoNumbersAreCounted() {
        var values = [Float](repeating: 0.5, count: 36)
        values[3] = .nan
        values[7] = .infinity
        let found = error("Conv", ["w"], prepare: { $0.reals("w", [2, 2, 3, 3], values) })
        #expect(found == .nonFiniteWeights(tensor: "w", count: 2))
    }

    @Test func weightsThatOverflowWhenFoldedAreRefused() {
        var builder = ONNXBuilder()
        builder.reals("w", [2, 2, 1, 1], [3e38, 0, 0, 3e38])
        builder.reals("ten", [1, 2, 1, 1], [10, 11])
        builder.node("Conv", ["image", "w"], ["a"], name: "big")
        builder.node("Mul", ["a", "ten"], ["b"])
        builder.head("b")
        #expect(error(builder) == .nonFiniteWeights(tensor: "big", count: 2))
    }

    @Test func weightsInAnotherFileAreNamed() {
        let found = error(
            "Conv", ["w"], prepare: { $0.initializers.append(ONNXBuilder.externalTensor("w", [2, 2, 3, 3])) })
        #expect(found == .externalData(tensor: "w"))
    }

    @Test func weightsOfAnotherCountAreRefused() {
        let found = error(
            "Conv", ["w"], prepare: { $0.initializers.append(ONNXBuilder.tensor("w", [2, 2, 3, 3], [1, 2])) })
        #expect(found == .malformedTensor("w", reason: "it has 2 values and should have 36"))
    }

    @Test func shapesThatDoNotFitAreNamed() {
        guard case .shapeMismatch("node_x", _) = error("Conv", ["w"], prepare: { $0.reals("w", [2, 5, 3, 3]) }) else {
            Issue.record("accepted")
            return
        }
        guard case .shapeMismatch("node_logits", _) = error("Relu", values: 33) else {
            Issue.record("accepted")
            return
        }
    }

    // MARK: - Hostile numbers

    @Test(
        arguments: [
            ["pads": .integers([1 << 40, 0, 0, 0])], ["pads": .integers([.max, .max, .max, .max])],
            ["strides": .integers([.max, 1])], ["strides": .integers([0, 1])], ["strides": .integers([-1, 1])],
            ["dilations": .integers([1 << 31, 1 << 31])], ["pads": .integers([.min, 0, 0, 0])],
            ["pads": .integers([1 << 31, 1 << 31, 1 << 31, 1 << 31])], ["pads": .integers([1])],
            ["group": .integer(.min)], ["group": .integer(0)],
            ["auto_pad": .text("SAME_UPPER"), "strides": .integers([1 << 31, 0])],
        ] as [KeyValuePairs<String, ONNXBuilder.Attribute>])
    func convolutionsBeyondAllBoundsAreRefused(attributes: KeyValuePairs<String, ONNXBuilder.Attribute>) {
        #expect(error("Conv", ["w"], attributes, prepare: { $0.reals("w", [2, 2, 3, 3]) }) != nil)
    }

    @Test(arguments: [
        [Int.max, Int.max, 2], [1 << 40, 1 << 40], [0, 1 << 62, 1 << 62], [-1, -1], [.min, .min], [0, 0, 0, 0, 0],
    ])
    func reshapesBeyondAllBoundsAreRefused(shape: [Int]) {
        #expect(error("Reshape", ["shape"], prepare: { $0.integers("shape", shape) }) != nil)
    }

    @Test(arguments: [[1 << 40], [1 << 20, 1 << 20, 1 << 20, 1 << 20], [-1], [0, 1 << 40], [.min], [1 << 31]])
    func constantsBeyondAllBoundsAreRefused(dimensions: [Int]) {
        var builder = ONNXBuilder()
        builder.integers("dims", dimensions)
        builder.node("ConstantOfShape", ["dims"], ["big"])
        builder.node("Add", ["image", "big"], ["x"])
        builder.head("x")
        #expect(error(builder) != nil)
    }

    @Test(arguments: [
        ("Mul", [Int.max], [2]), ("Add", [.max], [.max]), ("Sub", [.min], [.max]), ("Div", [.min], [-1]),
        ("Div", [1], [0]),
        ("Neg", [.min], []), ("Mod", [1], [0]),
    ])
    func shapeArithmeticDoesNotOverflow(operation: String, left: [Int], right: [Int]) {
        var builder = ONNXBuilder()
        builder.integers("left", left)
        builder.integers("right", right)
        builder.node(operation, right.isEmpty ? ["left"] : ["left", "right"], ["shape"])
        builder.node("Reshape", ["image", "shape"], ["x"])
        builder.head("x")
        #expect(error(builder) != nil)
    }

    @Test func rangesEnd() {
        var builder = ONNXBuilder()
        for (name, value) in [("start", 0), ("limit", Int.max), ("step", 1)] {
            builder.integers(name, [value], dimensions: [])
        }
        builder.node("Range", ["start", "limit", "step"], ["shape"])
        builder.node("Reshape", ["image", "shape"], ["x"])
        builder.head("x")
        guard case .tooLarge("node_shape", _) = error(builder) else {
            Issue.record("accepted")
            return
        }
    }

    @Test(arguments: [
        (Int.min, Int.max, Int.min), (.max, .min, .min), (.max, .max, .max), (0, .max, 0), (.min, .min, 1),
        (3, .min, -1),
    ])
    func slicesBeyondAllBoundsAreRefused(start: Int, end: Int, step: Int) {
        let found = error("Slice", ["starts", "ends", "axes", "steps"]) { builder in
            builder.integers("starts", [start])
            builder.integers("ends", [end])
            builder.integers("axes", [2])
            builder.integers("steps", [step])
        }
        #expect(found != nil)
    }

    @Test func doublingConcatenationsEnd() {
        var builder = ONNXBuilder()
        var last = "image"
        for index in 0..<80 {
            builder.node("Concat", [last, last], ["x\(index)"], ["axis": .integer(1)])
            last = "x\(index)"
        }
        builder.head(last)
        guard case .tooLarge = error(builder) else {
            Issue.record("accepted")
            return
        }
    }

    @Test func functionsThatCallThemselvesAreRefused() {
        var builder = ONNXBuilder()
        let call = { ONNXBuilder.node("Again", ["x"], ["y"], name: "again", domain: "local") }
        builder.function("Again", ["x"], ["y"], [call(), call()])
        builder.node("Again", ["image"], ["x"], domain: "local")
        builder.head("x")
        guard case .tooLarge = error(builder) else {
            Issue.record("accepted")
            return
        }
    }
}

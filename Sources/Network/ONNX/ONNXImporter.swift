package import Foundation

/// Reads trained CNN classifiers from ONNX files.
///
/// Opsets 7 to 25 are read (11 to 20 are tested), as PyTorch's two exporters and tf2onnx write them. Shape arithmetic
/// is folded with the batch size left open, batch-norms go into the layers before them, and the layout of Keras
/// (channels last) is turned into the network's own.
///
/// For example:
///
///     let file = try Data(contentsOf: URL(filePath: "resnet20.onnx"))
///     let graph = try ONNXImporter.graph(from: file)
///     print(graph.inputShape, graph.classCount, graph.sites.map(\.name))
package enum ONNXImporter {
    static let opsets = 7...25

    /// The network in `file`, the whole content of an ONNX file.
    ///
    /// A softmax or sigmoid behind the last layer is left out: it doesn't change which class comes first.
    ///
    /// - Throws: ``ModelError``. Where nodes cannot be imported, it lists all of them.
    package static func graph(from file: Data) throws(ModelError) -> NetworkGraph {
        try network(from: file).graph
    }

    /// The network in `file`, and how that file names and lays out its input and output.
    ///
    /// - Throws: ``ModelError``, as ``graph(from:)`` does.
    package static func network(
        from file: Data
    ) throws(ModelError) -> (graph: NetworkGraph, interface: ONNXInterface) {
        let model = try ModelFile.model(from: file)
        guard model.hasGraph else { throw .damaged }
        guard let opset = model.opsetImport.first(where: { OperatorSupport.isONNX($0.domain) }) else { throw .damaged }
        let version = Int(opset.version)
        guard opsets.contains(version) else { throw .opsetOutOfRange(version, allowed: opsets) }
        var inlining = FunctionInlining(model.functions)
        let nodes = try inlining.inlined(model.graph.node)
        var tracer = try GraphTracer(model.graph, nodes: nodes)
        let draft: NetworkGraph
        do throws(ModelError) {
            draft = try tracer.network()
        } catch .unsupported(let nodes) {
            if let plan = PlanOrigin.plan(of: model) { throw .polynomialNetwork(plan: plan.printable) }
            throw .unsupported(nodes)
        }
        return (
            try GraphSimplification.simplified(draft),
            ONNXInterface(input: tracer.input.name, layout: tracer.input.layout, output: tracer.output)
        )
    }
}

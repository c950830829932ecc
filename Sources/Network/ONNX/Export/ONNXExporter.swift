package import Approx
package import Foundation
internal import SwiftProtobuf

/// Writes a network as an ONNX file of elementary operators, with polynomials in place of activations where a plan has
/// them.
///
/// A polynomial is sums and products only, so that any runtime and any compiler for encrypted inference reads it. Names
/// and layout of the input and the name of the output are those of the original file, the output is
/// batch x classes, and the batch is open. As in the original, preprocessing is not in the file. The same network
/// gives the same bytes.
///
/// For example:
///
///     let (graph, interface) = try ONNXImporter.network(from: file)
///     let data = try ONNXExporter.file(graph, plan: plan, interface: interface, origin: origin)
package enum ONNXExporter {
    /// The program that writes the file, as the format has it.
    package static let producer = "centroid"
    /// Of the keys of its metadata.
    static let propertyPrefix = "centroid."
    /// Old enough for every runtime in use, and the first that has the axes of Unsqueeze as they are today.
    private static let opset: Int64 = 13
    private static let irVersion: Int64 = 8
    private static let batch = "N"

    /// The whole content of the file.
    ///
    /// - Parameters:
    ///   - plan: One entry per site; nil leaves the original activation.
    ///   - interface: Of the file that the network was imported from.
    package static func file(
        _ graph: NetworkGraph, plan: [Approximation?], interface: ONNXInterface, origin: some ONNXOrigin
    ) throws(ExportError) -> Data {
        guard plan.count == graph.sites.count else { throw .planLength(plan.count, sites: graph.sites.count) }
        var model = ONNXModel()
        model.irVersion = irVersion
        model.producerName = producer
        model.producerVersion = origin.version
        model.docString = origin.description
        model.graph = try self.graph(graph, plan, interface)
        model.graph.name = origin.model
        var operators = ONNXOperatorSet()
        operators.version = opset
        model.opsetImport = [operators]
        model.metadataProps = origin.properties.filter { !$0.value.isEmpty }.map { key, value in
            var pair = ONNXStringPair()
            (pair.key, pair.value) = (propertyPrefix + key, value)
            return pair
        }
        do {
            return try model.serializedBytes()
        } catch {
            throw .tooLarge(parameters: graph.parameterCount)
        }
    }

    private static func graph(
        _ graph: NetworkGraph, _ plan: [Approximation?], _ interface: ONNXInterface
    ) throws(ExportError) -> ONNXGraph {
        var writer = ONNXGraphWriter(reserved: [interface.input, interface.output])
        var tensors: [NetworkGraph.ValueID: ONNXGraphWriter.Tensor] = [:]
        tensors[graph.input] = writer.input(interface)
        for node in graph.nodes {
            var inputs: [ONNXGraphWriter.Operand] = []
            for value in node.inputs {
                guard let tensor = tensors[value] else {
                    throw .malformedNode(
                        name: node.name, reason: "it reads \(graph.values[value].name) before it is made")
                }
                inputs.append((tensor, graph.values[value].shape))
            }
            let output = graph.values[node.output].name
            if case .activation(let site) = node.operation, graph.sites.indices.contains(site), let x = inputs.first {
                tensors[node.output] =
                    if let approximation = plan[site] {
                        try writer.polynomial(approximation, at: graph.sites[site], of: x.tensor, output: output)
                    } else {
                        writer.activation(
                            graph.sites[site].function, of: x.tensor, name: graph.sites[site].name, output: output)
                    }
            } else {
                tensors[node.output] = try writer.append(node, reading: inputs, output: output)
            }
        }
        guard let scores = tensors[graph.output], graph.output != graph.input else {
            throw .malformedNode(name: interface.output, reason: "nothing makes the network's output")
        }
        let logits = writer.vector((scores, graph.values[graph.output].shape), for: interface.output)
        writer.rename(logits, to: interface.output)
        var result = ONNXGraph()
        result.node = writer.nodes
        result.initializer = writer.constants
        result.input = [value(interface.input, interface.layout.sizes(of: graph.inputShape))]
        result.output = [value(interface.output, [graph.classCount])]
        return result
    }

    /// A tensor of reals whose first dimension is the open batch.
    private static func value(_ name: String, _ sizes: [Int]) -> ONNXValueInfo {
        var open = ONNXTensorDimensions.Dimension()
        open.value = .dimParam(batch)
        var type = ONNXValueType.DenseTensor()
        type.elemType = TensorElement.float.rawValue
        type.shape.dim =
            [open]
            + sizes.map { size in
                var dimension = ONNXTensorDimensions.Dimension()
                dimension.value = .dimValue(Int64(size))
                return dimension
            }
        var info = ONNXValueInfo()
        info.name = name
        info.type.value = .tensorType(type)
        return info
    }
}

extension ONNXGraphWriter {
    /// The input, turned to batch x channels x height x width where the file has it otherwise.
    fileprivate mutating func input(_ interface: ONNXInterface) -> Tensor {
        let name = interface.input
        switch interface.layout {
        case .channelsFirst:
            return Tensor(name: name, isImage: true)
        case .channelsLast:
            let turned = node("Transpose", [name], name: "\(name)/channels_first", [.integers("perm", [0, 3, 1, 2])])
            return Tensor(name: turned, isImage: true)
        case .grey:
            let axes = constant([1], name: "\(name).axes")
            return Tensor(name: node("Unsqueeze", [name, axes], name: "\(name)/channel"), isImage: true)
        case .vector:
            return Tensor(name: name, isImage: false)
        }
    }
}

extension ONNXInterface.Layout {
    /// The file's dimensions of one image.
    fileprivate func sizes(of shape: TensorShape) -> [Int] {
        switch self {
        case .channelsFirst: [shape.channels, shape.height, shape.width]
        case .channelsLast: [shape.height, shape.width, shape.channels]
        case .grey: [shape.height, shape.width]
        case .vector: [shape.channels]
        }
    }
}

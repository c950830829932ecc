internal import Approx
internal import ArgumentParser
internal import Network
internal import Store

/// `centroid model show`: every node of a network, and where polynomials will stand.
struct ModelShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a model's nodes, shapes, parameters and activation layers.")

    @Argument(help: "The model's name.")
    var model: String

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try Store.reader(at: store.path)
        let record = try store.model(named: model)
        let graph = try ONNXImporter.graph(from: try store.onnx(of: record.id))
        if output.json {
            try JSONOutput.print(ModelDetail(record, graph))
        } else {
            print(summary(record, graph))
            print(nodes(graph).rendered(style: .standardOutput))
            let clear = graph.nodes.filter(\.operation.runsInClearOnly).map(\.name)
            if !clear.isEmpty {
                print("\nNot encryptable, runs in clear only (max pooling): \(clear.joined(separator: ", "))")
            }
        }
    }

    private func summary(_ record: ModelRecord, _ graph: NetworkGraph) -> String {
        """
        \(record.name): input \(graph.inputShape), \(graph.classCount) classes, \
        \(Figure.count(graph.parameterCount)) parameters, \(graph.sites.count) activation layers
        data \(record.dataset ?? "-"), sha256 \(record.sha256)

        """
    }

    private func nodes(_ graph: NetworkGraph) -> Table {
        var table = Table(columns: [
            .number("layer"), .text("node"), .text("operation"), .text("output"), .number("parameters"),
        ])
        for node in graph.nodes {
            let detail = NodeDetail(node, in: graph)
            table.append([
                detail.layer.map(String.init) ?? "", detail.name, detail.operation, detail.shape.description,
                detail.parameters == 0 ? "" : Figure.count(detail.parameters),
            ])
        }
        return table
    }
}

/// A network as JSON.
private struct ModelDetail: Encodable {
    let model: ModelReport
    let nodes: [NodeDetail]

    init(_ record: ModelRecord, _ graph: NetworkGraph) {
        model = ModelReport(record, layers: graph.sites.count)
        nodes = graph.nodes.map { NodeDetail($0, in: graph) }
    }
}

/// A node as JSON and as a row.
private struct NodeDetail: Encodable {
    let name: String
    let operation: String
    let shape: TensorShape
    let parameters: Int
    /// Position of the activation layer, from 0.
    let layer: Int?
    let encryptable: Bool

    init(_ node: NetworkGraph.Node, in graph: NetworkGraph) {
        name = node.name
        shape = graph.values[node.output].shape
        parameters = node.operation.parameterCount
        encryptable = !node.operation.runsInClearOnly
        if case .activation(let site) = node.operation {
            layer = site
            operation = graph.sites[site].function.name
        } else {
            layer = nil
            operation = node.operation.summary
        }
    }
}

package import Approx
package import Network

/// Everything linear between two activations, as one matrix for each circuit value that it reads.
package struct LinearPiece: Sendable {
    package enum Target: Hashable, Sendable {
        /// u of a layer's polynomials.
        case site(Int)
        case logits
    }

    package let target: Target
    package let shape: TensorShape
    package let form: AffineForm
}

/// A network of polynomials cut into linear pieces and squarings.
package struct LinearPieces: Sendable {
    /// In the order in which they can be evaluated.
    package let pieces: [LinearPiece]
    /// By activation site.
    package let sites: [SiteForm]

    private static let largestMatrix = 64_000_000

    /// - Parameter plan: One entry per site.
    /// - Throws: ``EncryptionError`` for what is no polynomial of the input, or too large a matrix.
    package init(_ graph: NetworkGraph, plan: [Approximation?], on grid: ValueGrid) throws(EncryptionError) {
        var sites: [SiteForm] = []
        for (site, approximation) in zip(graph.sites, plan) {
            guard let approximation else { throw .noPolynomial(layer: site.name) }
            sites.append(try SiteForm(approximation, at: site))
        }
        var forms: [NetworkGraph.ValueID: AffineForm] = [
            graph.input: AffineForm(.input, count: graph.inputShape.count)
        ]
        var lastUse: [NetworkGraph.ValueID: Int] = [:]
        for (index, node) in graph.nodes.enumerated() { for input in node.inputs { lastUse[input] = index } }
        var pieces: [LinearPiece] = []
        var madeBy: [NetworkGraph.ValueID: Int] = [:]
        for (index, node) in graph.nodes.enumerated() {
            let inputs = node.inputs.compactMap { forms[$0] }
            if case .activation(let site) = node.operation {
                pieces.append(
                    LinearPiece(
                        target: .site(site), shape: graph.sites[site].shape,
                        form: sites[site].variable(of: inputs[0])))
                forms[node.output] = sites[site].output(site: site)
                madeBy[node.output] = site
            } else if case .pool(let pool) = node.operation, let site = madeBy[node.inputs[0]],
                grid.isCellSum(pool, ofSite: site)
            {
                forms[node.output] = sites[site].cellAverages(
                    site: site, shape: graph.values[node.output].shape, cellArea: grid.phases)
            } else {
                let form = try Self.form(of: node, inputs, in: graph)
                guard form.entryCount <= Self.largestMatrix else {
                    throw .matrixSize(node: node.name, entries: form.entryCount, largest: Self.largestMatrix)
                }
                forms[node.output] = form
            }
            for input in node.inputs where lastUse[input] == index && input != graph.output { forms[input] = nil }
        }
        if let logits = forms[graph.output] {
            pieces.append(LinearPiece(target: .logits, shape: graph.values[graph.output].shape, form: logits))
        }
        self.pieces = pieces
        self.sites = sites
    }

    private static func form(
        of node: NetworkGraph.Node, _ inputs: [AffineForm], in graph: NetworkGraph
    ) throws(EncryptionError) -> AffineForm {
        let output = graph.values[node.output].shape
        switch node.operation {
        case .add: return inputs[0] + inputs[1]
        case .concatenate:
            var start = 0
            var sum: AffineForm?
            for (input, id) in zip(inputs, node.inputs) {
                let count = graph.values[id].shape.count
                let part = input.applying(
                    SparseMatrix(placing: count, at: start, of: output.count),
                    adding: [Double](repeating: 0, count: output.count))
                sum = sum.map { $0 + part } ?? part
                start += count
            }
            return sum ?? inputs[0]
        default:
            let input = graph.values[node.inputs[0]].shape
            guard let matrix = SparseMatrix(node.operation, from: input, to: output) else {
                throw .notEncryptable(node: node.name, operation: node.operation.summary)
            }
            return inputs[0].applying(matrix, adding: node.operation.bias(for: output))
        }
    }
}

extension SparseMatrix {
    /// Puts a vector of `count` elements at `start` of one of `total` elements that is zero elsewhere.
    fileprivate init(placing count: Int, at start: Int, of total: Int) {
        self.init(columnCount: count)
        for row in 0..<total {
            if (start..<start + count).contains(row) { append(column: row - start, 1) }
            endRow()
        }
    }
}

internal import Network

/// Where the elements of every value lie on one grid of the input's kind: a stride leaves gaps instead of moving elements,
/// so that a window reads the same few distances everywhere.
struct ValueGrid: Sendable {
    /// Rows and columns between neighbours of a value.
    struct Spacing: Hashable, Sendable {
        var rows: Int
        var columns: Int
    }

    let height: Int
    let width: Int
    /// By activation site.
    let sites: [Spacing]

    init(_ graph: NetworkGraph) {
        var spacings: [NetworkGraph.ValueID: Spacing] = [graph.input: Spacing(rows: 1, columns: 1)]
        var sites = [Spacing](repeating: Spacing(rows: 1, columns: 1), count: graph.sites.count)
        var height = graph.inputShape.height
        var width = graph.inputShape.width
        for node in graph.nodes {
            var spacing = node.inputs.first.flatMap { spacings[$0] } ?? Spacing(rows: 1, columns: 1)
            switch node.operation {
            case .convolution(let layer):
                spacing.rows *= layer.window.strideHeight
                spacing.columns *= layer.window.strideWidth
            case .pool(let pool):
                spacing.rows *= pool.window.strideHeight
                spacing.columns *= pool.window.strideWidth
            case .slice(let slice):
                spacing.rows *= slice.height.step
                spacing.columns *= slice.width.step
            case .linear, .flatten, .globalAveragePool: spacing = Spacing(rows: 1, columns: 1)
            default: break
            }
            spacings[node.output] = spacing
            if case .activation(let site) = node.operation {
                let shape = graph.sites[site].shape
                sites[site] = spacing
                if shape.height * shape.width > 1 {
                    height = max(height, shape.height * spacing.rows)
                    width = max(width, shape.width * spacing.columns)
                }
            }
        }
        self.height = height
        self.width = width
        self.sites = sites
    }
}

package import Network

/// Where the elements of every value lie on one grid of the input's kind: a stride leaves gaps instead of moving
/// elements, so that a window reads the same few distances everywhere.
///
/// The grid is cut into square cells, and places of the same phase in their cells lie together: phase after phase, in
/// each of them plane after plane, in each of them cell after cell. A pool over the cells is then a sum over the
/// phases, which takes rotations only and no level.
package struct ValueGrid: Sendable {
    /// Rows and columns between neighbours of a value.
    package struct Spacing: Hashable, Sendable {
        package var rows: Int
        package var columns: Int

        package init(rows: Int, columns: Int) {
            self.rows = rows
            self.columns = columns
        }
    }

    /// Places in a row or column of a cell: a power of two, 1 for an ordinary grid.
    package let cell: Int
    private let cellRows: Int
    /// Cells side by side.
    package let cellColumns: Int
    /// By activation site.
    package let sites: [Spacing]

    package init(_ graph: NetworkGraph, cell: Int = 1) {
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
        self.cell = cell
        cellRows = (height + cell - 1) / cell
        cellColumns = (width + cell - 1) / cell
        self.sites = sites
    }

    package var phases: Int { cell * cell }
    /// Positions from one plane to the next.
    package var pitch: Int { Placement.powerOfTwo(atLeast: cellRows * cellColumns) }
    /// Positions that one channel takes.
    package var smallestBlock: Int { phases * pitch }

    /// Channels side by side in a block.
    package func planes(in block: Int) -> Int { block / smallestBlock }

    package func position(plane: Int, row: Int, column: Int, block: Int) -> Int {
        let phase = row % cell * cell + column % cell
        return phase * (block / phases) + plane * pitch + row / cell * cellColumns + column / cell
    }

    /// Whether a pool adds up exactly the cells of a layer's output.
    package func isCellSum(_ pool: Operation.Pool, ofSite site: Int) -> Bool {
        let window = pool.window
        let size = [window.kernelHeight, window.kernelWidth, window.strideHeight, window.strideWidth]
        return cell > 1 && pool.kind != .maximum && size.allSatisfy { $0 == cell }
            && sites[site] == Spacing(rows: 1, columns: 1)
            && [window.top, window.left, window.bottom, window.right].allSatisfy { $0 == 0 }
    }

    /// Cells worth trying: none, and those of average pools.
    package static func cells(for graph: NetworkGraph) -> [Int] {
        let strides = graph.nodes.compactMap { node in
            if case .pool(let pool) = node.operation { pool.window.strideHeight } else { nil }
        }
        return Set([1] + strides.filter { $0 > 1 && $0 & ($0 - 1) == 0 }).sorted()
    }
}

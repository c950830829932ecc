package import Network

/// Where each element of a value lies: in which of its ciphertexts, and at which position of an image's block.
///
/// A block has B positions, B a power of two; the slots of a ciphertext hold position after position, at each of them
/// one slot of every image. So a rotation by whole positions moves all images alike, cyclically within their blocks.
package struct Placement: Sendable {
    package let ciphertextCount: Int
    /// By element.
    package let ciphertexts: [Int32]
    /// By element, the first place where it stands.
    package let positions: [Int32]
    /// Elements are repeated so many positions on, to the end of the block; B where they stand once.
    package let period: Int

    /// A tensor with rows and columns, on the grid.
    ///
    /// Channels fill the planes of a block first, then the gaps that strides have left, along the columns first: these
    /// add the fewest distances. nil where one plane is larger than the block.
    package init?(_ shape: TensorShape, on grid: ValueGrid, _ spacing: ValueGrid.Spacing, block: Int) {
        let planes = grid.planes(in: block)
        guard planes > 0 else { return nil }
        let capacity = planes * spacing.rows * spacing.columns
        let count = (shape.channels + capacity - 1) / capacity
        let each = (shape.channels + count - 1) / count
        var ciphertexts: [Int32] = []
        var positions: [Int32] = []
        for channel in 0..<shape.channels {
            let (plane, gap) = (channel % each % planes, channel % each / planes)
            let (rowGap, columnGap) = (gap / spacing.columns, gap % spacing.columns)
            for row in 0..<shape.height {
                for column in 0..<shape.width {
                    ciphertexts.append(Int32(channel / each))
                    let position = grid.position(
                        plane: plane, row: row * spacing.rows + rowGap,
                        column: column * spacing.columns + columnGap, block: block)
                    positions.append(Int32(position))
                }
            }
        }
        ciphertextCount = count
        self.ciphertexts = ciphertexts
        self.positions = positions
        period = block
    }

    /// The sums over the cells of a value whose channels stand at every place of the grid: repeated at each phase.
    ///
    /// - Parameter shape: Of the sums, one for each cell.
    package init?(cellsOf shape: TensorShape, on grid: ValueGrid, block: Int) {
        let planes = grid.planes(in: block)
        guard planes > 0 else { return nil }
        ciphertextCount = (shape.channels + planes - 1) / planes
        let each = (shape.channels + ciphertextCount - 1) / ciphertextCount
        var ciphertexts: [Int32] = []
        var positions: [Int32] = []
        for channel in 0..<shape.channels {
            for row in 0..<shape.height {
                for column in 0..<shape.width {
                    ciphertexts.append(Int32(channel / each))
                    let position = grid.position(
                        plane: channel % each, row: row * grid.cell, column: column * grid.cell, block: block)
                    positions.append(Int32(position))
                }
            }
        }
        self.ciphertexts = ciphertexts
        self.positions = positions
        period = block / grid.phases
    }

    /// A vector, from position 0 on and repeated after the next power of two.
    package init(vector count: Int, block: Int) {
        ciphertextCount = (count + block - 1) / block
        ciphertexts = (0..<count).map { Int32($0 / block) }
        positions = (0..<count).map { Int32($0 % block) }
        period = min(block, Self.powerOfTwo(atLeast: count))
    }

    package static func powerOfTwo(atLeast count: Int) -> Int {
        var power = 1
        while power < count { power *= 2 }
        return power
    }

    /// `values` at their places in the blocks of one image, repetitions included: one block for each ciphertext.
    package func blocks(of values: [Double], block: Int) -> [[Double]] {
        var blocks = [[Double]](repeating: [Double](repeating: 0, count: block), count: ciphertextCount)
        for (element, value) in values.enumerated() {
            for position in stride(from: Int(positions[element]), to: block, by: period) {
                blocks[Int(ciphertexts[element])][position] = value
            }
        }
        return blocks
    }
}

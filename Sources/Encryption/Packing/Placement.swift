internal import Network

/// Where each element of a value lies: in which of its ciphertexts, and at which position of an image's block.
///
/// A block has B positions, B a power of two; the slots of a ciphertext hold position after position, at each of them one
/// slot of every image. So a rotation by whole positions moves all images alike, cyclically within their blocks.
struct Placement: Sendable {
    let ciphertextCount: Int
    /// By element.
    let ciphertexts: [Int32]
    /// By element, the first place where it stands.
    let positions: [Int32]
    /// Elements are repeated so many positions on, to the end of the block; B where they stand once.
    let period: Int

    /// A tensor with rows and columns, on the grid.
    ///
    /// Channels fill the planes of a block first, then the gaps that strides have left, along the columns first: these
    /// add the fewest distances. nil where one plane is larger than the block.
    init?(_ shape: TensorShape, on grid: ValueGrid, _ spacing: ValueGrid.Spacing, block: Int) {
        let pitch = Self.powerOfTwo(atLeast: grid.height * grid.width)
        guard pitch <= block else { return nil }
        let planes = block / pitch
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
                    positions.append(
                        Int32(
                            plane * pitch + (row * spacing.rows + rowGap) * grid.width + column * spacing.columns
                                + columnGap))
                }
            }
        }
        ciphertextCount = count
        self.ciphertexts = ciphertexts
        self.positions = positions
        period = block
    }

    /// A vector, from position 0 on and repeated after the next power of two.
    init(vector count: Int, block: Int) {
        ciphertextCount = (count + block - 1) / block
        ciphertexts = (0..<count).map { Int32($0 / block) }
        positions = (0..<count).map { Int32($0 % block) }
        period = min(block, Self.powerOfTwo(atLeast: count))
    }

    static func powerOfTwo(atLeast count: Int) -> Int {
        var power = 1
        while power < count { power *= 2 }
        return power
    }

    /// `values` at their places in the blocks of one image, repetitions included: one block for each ciphertext.
    func blocks(of values: [Double], block: Int) -> [[Double]] {
        var blocks = [[Double]](repeating: [Double](repeating: 0, count: block), count: ciphertextCount)
        for (element, value) in values.enumerated() {
            for position in stride(from: Int(positions[element]), to: block, by: period) {
                blocks[Int(ciphertexts[element])][position] = value
            }
        }
        return blocks
    }
}

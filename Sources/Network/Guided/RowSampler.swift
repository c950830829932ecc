internal import Approx
internal import CDNNL
internal import Synchronization

/// Chooses positions of a linear piece's output and gathers what it reads and what it should give there.
///
/// Half of the draws are uniform; half go by energy, the sum over the channels of z^2 over its mean, because squared
/// errors live in the tail and a uniform sample would miss it. Weights make up for the difference, so that weighted
/// sums over the rows estimate those over all positions.
struct RowSampler {
    private struct Position {
        var image: Int
        var index: Int
    }

    private let positions: [Position]
    /// How many positions each row stands for, over their mean.
    let weights: [Float]
    private let runner: NodeRunner

    var rows: Int { positions.count }

    /// - Parameters:
    ///   - value: The original network's value at the output.
    ///   - images: Those that are looked at, in order.
    ///   - rows: About as many rows are wanted.
    ///   - node: Its index: the choice of positions depends on seed, node and image alone.
    init(
        _ value: ActivationStore, images: [Int], rows: Int, seed: UInt64, node: Int, runner: NodeRunner
    ) throws {
        self.runner = runner
        let plane = value.shape.height * value.shape.width
        let each = min(plane, max(1, (rows + images.count - 1) / max(1, images.count)))
        // Where even one position of each image is too many, every k-th image is taken.
        let step = plane == 1 ? max(1, images.count / max(1, rows)) : 1
        let chosen = stride(from: 0, to: images.count, by: step).map { images[$0] }
        guard each < plane else {
            positions = chosen.flatMap { image in (0..<plane).map { Position(image: image, index: $0) } }
            weights = Array(repeating: 1, count: positions.count)
            return
        }
        let power = try runner.meanSquares(of: value)
        let inverse = power.map { $0 > 0 ? 1 / $0 : 0 }
        let draws = Mutex([[(index: Int, weight: Float)]](repeating: [], count: chosen.count))
        try runner.forEachBatch(chosen.count) { range in
            for index in range {
                let image = chosen[index]
                var generator = SplitMix64(seed: seed, stream: UInt64(node), UInt64(image))
                let energies = Self.energies(of: value.image(image), shape: value.shape, inverse: inverse)
                let drawn = Self.draw(each, by: energies, using: &generator)
                draws.withLock { $0[index] = drawn }
            }
        }
        let drawn = draws.withLock { $0 }
        positions = zip(chosen, drawn).flatMap { image, draws in draws.map { Position(image: image, index: $0.index) } }
        weights = drawn.flatMap { $0.map(\.weight) }
    }

    /// Positions with replacement, half by energy; a position of probability q weighs 1 / (q * plane).
    private static func draw(
        _ count: Int, by energies: [Float], using generator: inout SplitMix64
    ) -> [(index: Int, weight: Float)] {
        let total = energies.reduce(0, +)
        let plane = Float(energies.count)
        let uniform = total > 0 ? 0.5 / plane : 1 / plane
        var sums: [Float] = []
        sums.reserveCapacity(energies.count)
        var sum: Float = 0
        for energy in energies {
            sum += uniform + (total > 0 ? 0.5 * energy / total : 0)
            sums.append(sum)
        }
        return (0..<count).map { _ in
            let target = Float(generator.nextUnit()) * sum
            var (low, high) = (0, energies.count - 1)
            while low < high {
                let middle = (low + high) / 2
                if sums[middle] < target { low = middle + 1 } else { high = middle }
            }
            let probability = uniform + (total > 0 ? 0.5 * energies[low] / total : 0)
            return (low, 1 / (probability * plane))
        }.sorted { $0.0 < $1.0 }
    }

    private static func energies(of image: UnsafePointer<Float>, shape: TensorShape, inverse: [Float]) -> [Float] {
        let plane = shape.height * shape.width
        var energies = [Float](repeating: 0, count: plane)
        for channel in 0..<shape.channels {
            cdnnl_add_squares(image + channel * plane, plane, inverse[channel], &energies)
        }
        return energies
    }

    /// Rows of what a convolution or a matrix reads, with a last feature of 1.
    func inputs(of operation: Operation, reading value: ActivationStore, output: TensorShape) throws -> RowMatrix {
        switch operation {
        case .convolution(let convolution):
            let window = convolution.window
            let features = value.shape.channels * window.kernelHeight * window.kernelWidth
            let matrix = RowMatrix(rows: rows, columns: features + 1)
            try forEachRow { row, image, position in
                Self.patch(
                    value.image(image), value.shape, window, y: position / output.width, x: position % output.width,
                    into: matrix.row(row))
                matrix[row, features] = 1
            }
            return matrix
        default:
            let features = value.shape.count
            let matrix = RowMatrix(rows: rows, columns: features + 1)
            try forEachRow { row, image, _ in
                matrix.row(row).update(from: value.image(image), count: features)
                matrix[row, features] = 1
            }
            return matrix
        }
    }

    /// Rows of a value's channels, times `sign`, added to `matrix`.
    func add(_ value: ActivationStore, times sign: Float, to matrix: RowMatrix) throws {
        let plane = value.shape.height * value.shape.width
        try forEachRow { row, image, position in
            let source = value.image(image) + position
            for channel in 0..<value.shape.channels { matrix[row, channel] += sign * source[channel * plane] }
        }
    }

    private func forEachRow(_ body: @Sendable (_ row: Int, _ image: Int, _ position: Int) -> Void) throws {
        try runner.forEachBatch(positions.count) { range in
            for row in range { body(row, positions[row].image, positions[row].index) }
        }
    }

    /// What a window sees at one position, in channel, height, width order; zeros outside.
    private static func patch(
        _ image: UnsafePointer<Float>, _ shape: TensorShape, _ window: Operation.Window, y: Int, x: Int,
        into target: UnsafeMutablePointer<Float>
    ) {
        var target = target
        for channel in 0..<shape.channels {
            let plane = image + channel * shape.height * shape.width
            for kernelY in 0..<window.kernelHeight {
                let row = y * window.strideHeight - window.top + kernelY * window.dilationHeight
                for kernelX in 0..<window.kernelWidth {
                    let column = x * window.strideWidth - window.left + kernelX * window.dilationWidth
                    let isInside = 0..<shape.height ~= row && 0..<shape.width ~= column
                    target.pointee = isInside ? plane[row * shape.width + column] : 0
                    target += 1
                }
            }
        }
    }
}

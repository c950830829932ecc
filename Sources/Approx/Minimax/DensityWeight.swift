/// How much an error counts where a channel's values are dense or rare.
///
/// The root of the density, as a chain of lines over a few points of the range; 1 where it is highest and never below
/// ``least``, so that an error in the tail is at most a hundred times the one in the bulk.
package struct DensityWeight: Hashable, Sendable {
    /// The points of the chain, ascending, from end to end of the range.
    let positions: [Double]
    private let weights: [Double]

    package static let least = 0.01
    private static let cells = 64

    /// The weight of what `statistics` hold; `nil` when they hold no two different values.
    package init?(_ statistics: ChannelStatistics) {
        guard let range = statistics.range, !statistics.isConstant else { return nil }
        let width = (range.upperBound - range.lowerBound) / Double(Self.cells)
        var masses = [Double](repeating: 0, count: Self.cells + 1)
        let nodes = statistics.nodes
        for (x, mass) in zip(nodes.positions, nodes.weights) {
            // Each value is shared between the two points beside it.
            let place = (x - range.lowerBound) / width
            let left = min(Int(place), Self.cells - 1)
            masses[left] += mass * (1 - (place - Double(left)))
            masses[left + 1] += mass * (place - Double(left))
        }
        // The ends have half of a cell.
        masses[0] *= 2
        masses[Self.cells] *= 2
        let highest = masses.reduce(0, max)
        weights = masses.map { max(($0 / highest).squareRoot(), Self.least) }
        positions =
            [range.lowerBound] + (1..<Self.cells).map { range.lowerBound + width * Double($0) } + [range.upperBound]
    }

    /// The weight at `x`; outside of the range that of the nearer end.
    package func callAsFunction(_ x: Double) -> Double {
        let (first, last) = (positions[0], positions[Self.cells])
        let place = (min(max(x, first), last) - first) / (last - first) * Double(Self.cells)
        let left = min(Int(place), Self.cells - 1)
        return weights[left] + (weights[left + 1] - weights[left]) * (place - Double(left))
    }
}

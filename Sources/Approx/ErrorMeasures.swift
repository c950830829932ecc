/// How far a polynomial is from the activation it replaces, on the values that a channel or layer saw.
package struct ErrorMeasures: Hashable, Sendable {
    /// The root of the mean squared difference, weighted by how often values occur.
    package let rootMeanSquare: Double
    /// The largest difference at any observed bin or end of the range.
    package let maximum: Double

    /// Compares `polynomial` with `activation` on what `statistics` hold; 0 where they hold nothing.
    package init(of polynomial: Polynomial, against activation: ActivationFunction, on statistics: ChannelStatistics) {
        self.init(
            of: polynomial.callAsFunction, against: activation, at: statistics.nodes, within: statistics.range)
    }

    /// The same for any function, where the nodes of the statistics are already at hand.
    init(
        of approximation: (Double) -> Double, against activation: ActivationFunction,
        at nodes: WeightedPoints, within range: ClosedRange<Double>?
    ) {
        var squares = 0.0
        var weight = 0.0
        var largest = 0.0
        for index in 0..<nodes.count {
            let x = nodes.positions[index]
            let difference = abs(approximation(x) - activation(x))
            squares += nodes.weights[index] * difference * difference
            weight += nodes.weights[index]
            largest = max(largest, difference)
        }
        for end in [range?.lowerBound, range?.upperBound].compactMap(\.self) {
            largest = max(largest, abs(approximation(end) - activation(end)))
        }
        rootMeanSquare = weight > 0 ? (squares / weight).squareRoot() : 0
        maximum = largest
    }
}

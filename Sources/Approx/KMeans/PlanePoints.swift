/// Weighted points in the plane, stored coordinate by coordinate so that loops over them vectorise.
package struct PlanePoints: Hashable, Sendable {
    package let x: [Double]
    package let y: [Double]
    /// Positive.
    package let weights: [Double]

    package init(x: [Double], y: [Double], weights: [Double]) {
        precondition(x.count == y.count && x.count == weights.count, "each point has two coordinates and a weight")
        self.x = x
        self.y = y
        self.weights = weights
    }

    /// The points (x, `activation`(x)) on the curve.
    package init(_ points: WeightedPoints, on activation: ActivationFunction) {
        self.init(x: points.positions, y: points.positions.map { activation($0) }, weights: points.weights)
    }

    package var count: Int { x.count }
}

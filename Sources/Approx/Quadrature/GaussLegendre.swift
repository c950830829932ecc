internal import Foundation

/// Gauss-Legendre quadrature: exact for polynomials of degree 2 `count` - 1.
struct GaussLegendre {
    /// In -1...1, ascending.
    let nodes: [Double]
    /// Beside ``nodes``; their sum is 2.
    let weights: [Double]

    /// Nodes by Newton's method on the three-term recurrence, from the asymptotic places of the roots.
    init(count: Int) {
        let degree = Double(count)
        var nodes: [Double] = []
        var weights: [Double] = []
        for index in 1...count {
            var x = -cos(.pi * (Double(index) - 0.25) / (degree + 0.5))
            var slope = 0.0
            for _ in 0..<8 {
                let (value, before) = Self.legendre(count, at: x)
                slope = degree * (x * value - before) / (x * x - 1)
                x -= value / slope
            }
            nodes.append(x)
            weights.append(2 / ((1 - x * x) * slope * slope))
        }
        self.nodes = nodes
        self.weights = weights
    }

    /// P_n(x) and P_(n-1)(x).
    private static func legendre(_ degree: Int, at x: Double) -> (Double, Double) {
        var (before, value) = (1.0, x)
        for n in 1..<degree {
            (before, value) = (value, (Double(2 * n + 1) * x * value - Double(n) * before) / Double(n + 1))
        }
        return (value, before)
    }

    /// Calls `body` at the nodes of every piece between neighbouring `points`, which ascend; integrals are the sums of
    /// integrand times weight.
    func forEachNode(between points: [Double], _ body: (_ x: Double, _ weight: Double) -> Void) {
        for (left, right) in zip(points, points.dropFirst()) {
            let half = (right - left) / 2
            for (node, weight) in zip(nodes, weights) {
                body(left + half * (1 + node), half * weight)
            }
        }
    }
}

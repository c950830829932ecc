internal import Foundation

/// Points beyond the values that were seen in a channel, at which its polynomial is held near the function.
///
/// Least squares says nothing about a polynomial where it has no values, and an image that leaves them by a little is
/// thrown out by a lot, layer after layer, until nothing is left of it. Anchors weigh next to nothing, but the square of
/// what such a polynomial misses there is so large that they bend it where it costs the observed values least.
package struct CurveAnchors: Hashable, Codable, Sendable {
    /// On each side.
    private static let pointsPerSide = 64

    /// What the anchors of a channel weigh together, where all of its values weigh 1.
    package var share: Double
    /// How far below the least value and above the largest one they reach, evenly, in units of the largest magnitude.
    package var reach: Double

    package init(share: Double = 1e-5, reach: Double = 0.5) {
        precondition(share >= 0 && reach > 0, "anchors have a weight and lie beyond")
        self.share = share
        self.reach = reach
    }

    /// The anchors of a channel.
    ///
    /// - Parameters:
    ///   - observed: From the least value to the largest.
    ///   - largest: The largest magnitude.
    package func points(beyond observed: ClosedRange<Double>, largest: Double) -> [Double] {
        (0..<Self.pointsPerSide).flatMap { step in
            let distance = reach * largest * (Double(step) + 0.5) / Double(Self.pointsPerSide)
            return [observed.lowerBound - distance, observed.upperBound + distance]
        }
    }

    /// The sums over the anchors of one channel, in its variable.
    func sums(of function: ActivationFunction, in extent: ChannelExtent, degree: Int) -> CurveSums {
        let points = points(beyond: extent.observed, largest: extent.reach)
        return CurveSums(
            degree: degree, of: points.map { ($0 - Double(extent.center)) * Double(extent.inverseScale) },
            targets: points.map { function($0) })
    }
}

/// The outcome of k-means: clusters of points in the plane.
package struct Clustering: Hashable, Sendable {
    /// The middle of a cluster: the weighted mean of its points.
    package struct Centroid: Hashable, Sendable {
        package let x: Double
        package let y: Double
        /// The weight of the cluster's points together.
        package let weight: Double
    }

    /// One per cluster, from left to right.
    package let centroids: [Centroid]
    /// The integral of the squared distance to the nearest centroid over the mass of the curve.
    package let inertia: Double
    /// Rounds until the centres had settled, or as many as were allowed.
    package let iterations: Int

    /// The weighted sum of squared distances of `points` to the nearest centroid.
    package func inertia(of points: PlanePoints) -> Double {
        (0..<points.count).reduce(0) { total, point in
            let nearest = centroids.reduce(Double.infinity) { nearest, centroid in
                let dx = points.x[point] - centroid.x
                let dy = points.y[point] - centroid.y
                return min(nearest, dx * dx + dy * dy)
            }
            return total + points.weights[point] * nearest
        }
    }
}

/// A curve in the plane with mass on it: straight segments, each with its weight spread evenly over its length.
///
/// Histogram bins become segments rather than points because k-means on points stops too early: a border between two
/// clusters that would move by less than a bin changes nothing and stays. A segment is cut where the border runs.
package struct WeightedCurve: Hashable, Sendable {
    /// From the middle minus half to the middle plus half.
    struct Segment: Hashable, Sendable {
        let x: Double
        let y: Double
        let halfX: Double
        let halfY: Double
        /// Positive.
        let weight: Double

        /// The point at `t`, from -1 at the start to 1 at the end.
        func point(at t: Double) -> (x: Double, y: Double) { (x + t * halfX, y + t * halfY) }
    }

    /// Weight and weighted coordinates, summed over segments.
    struct Sums: Hashable, Sendable {
        var weight = 0.0
        var x = 0.0
        var y = 0.0

        static func - (lhs: Sums, rhs: Sums) -> Sums {
            Sums(weight: lhs.weight - rhs.weight, x: lhs.x - rhs.x, y: lhs.y - rhs.y)
        }

        mutating func add(_ other: Sums) {
            weight += other.weight
            x += other.x
            y += other.y
        }
    }

    let segments: [Segment]
    /// Element i sums the first i segments.
    let prefixes: [Sums]
    /// How far the curve strays from its chord, for each node of a binary tree over the segments.
    ///
    /// Node 1 is the whole; nodes 2 n and 2 n + 1 are the halves of node n, the left one being the shorter.
    let deviations: [Double]

    /// The points themselves, as segments of no length.
    package init(_ points: PlanePoints) {
        self.init(
            segments: (0..<points.count).map {
                Segment(x: points.x[$0], y: points.y[$0], halfX: 0, halfY: 0, weight: points.weights[$0])
            })
    }

    /// The graph of `activation` over what `statistics` hold, a straight piece in each occupied bin.
    package init(_ statistics: ChannelStatistics, on activation: ActivationFunction) {
        let segments = statistics.spreads.map { spread in
            // Even weight over a length of 2 h has a variance of h^2 / 3.
            let half = min(spread.deviation * 3.0.squareRoot(), spread.room)
            let left = activation(spread.mean - half)
            let right = activation(spread.mean + half)
            return Segment(
                x: spread.mean, y: left + (right - left) / 2, halfX: half, halfY: (right - left) / 2,
                weight: spread.weight)
        }
        self.init(segments: segments)
    }

    private init(segments: [Segment]) {
        self.segments = segments
        var sums = Sums()
        var prefixes = [sums]
        for segment in segments {
            sums.add(Sums(weight: segment.weight, x: segment.weight * segment.x, y: segment.weight * segment.y))
            prefixes.append(sums)
        }
        self.prefixes = prefixes
        var deviations = [Double](repeating: 0, count: 4 * max(1, segments.count))
        Self.measure(segments[...], node: 1, into: &deviations)
        self.deviations = deviations
    }

    /// The middles of the segments.
    var middles: PlanePoints {
        PlanePoints(x: segments.map(\.x), y: segments.map(\.y), weights: segments.map(\.weight))
    }

    /// The trace of the covariance of all mass.
    var variance: Double {
        let total = prefixes[segments.count]
        let meanX = total.x / total.weight
        let meanY = total.y / total.weight
        let squares = segments.reduce(0) { sum, segment in
            let dx = segment.x - meanX
            let dy = segment.y - meanY
            return sum + segment.weight * (dx * dx + dy * dy)
        }
        return squares / total.weight
    }

    private static func measure(_ piece: ArraySlice<Segment>, node: Int, into deviations: inout [Double]) {
        guard piece.count > 1, let first = piece.first, let last = piece.last else { return }
        let start = first.point(at: -1)
        let end = last.point(at: 1)
        let length = ((end.x - start.x) * (end.x - start.x) + (end.y - start.y) * (end.y - start.y)).squareRoot()
        let largest = piece.reduce(0) { largest, segment in
            [-1.0, 1].reduce(largest) { largest, t in
                let point = segment.point(at: t)
                let dx = point.x - start.x
                let dy = point.y - start.y
                return max(largest, abs(dx * (end.y - start.y) - dy * (end.x - start.x)))
            }
        }
        // Points that start where they end have no chord: never take them together.
        deviations[node] = length > 0 ? largest / length : .infinity
        let middle = piece.startIndex + piece.count / 2
        measure(piece[..<middle], node: 2 * node, into: &deviations)
        measure(piece[middle...], node: 2 * node + 1, into: &deviations)
    }
}

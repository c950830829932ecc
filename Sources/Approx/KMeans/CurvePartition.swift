/// A curve divided among centres: each point of it belongs to the nearest, to the first among equals.
///
/// The cell of a centre is convex. So a stretch of the curve whose two ends lie in one cell, further from its borders
/// than the curve strays from the chord between them, lies in it as a whole and is taken in one step; other stretches
/// are halved. A single segment is straight and is cut exactly where it crosses a border.
struct CurvePartition {
    /// An end of a stretch, and the nearest centre.
    private struct End {
        let point: (x: Double, y: Double)
        let label: Int
    }

    private let curve: WeightedCurve
    private var x: [Double]
    private var y: [Double]
    private var sums: [WeightedCurve.Sums]

    init(_ curve: WeightedCurve, x: [Double], y: [Double]) {
        self.curve = curve
        self.x = x
        self.y = y
        sums = Array(repeating: WeightedCurve.Sums(), count: x.count)
    }

    /// One round of Lloyd's iteration: moves each centre to the middle of its mass, and a centre without mass to the
    /// segment that costs most where it is.
    ///
    /// - Returns: The sum of squared distances that the centres moved by.
    mutating func moveCenters() -> Double {
        sums = Array(repeating: WeightedCurve.Sums(), count: x.count)
        let last = curve.segments.count - 1
        let left = end(at: curve.segments[0].point(at: -1))
        let right = end(at: curve.segments[last].point(at: 1))
        divide(node: 1, from: 0, to: last + 1, left, right)
        var taken: Set<Int> = []
        var moved = 0.0
        for cluster in x.indices {
            let target: (x: Double, y: Double)
            if sums[cluster].weight > 0 {
                target = (sums[cluster].x / sums[cluster].weight, sums[cluster].y / sums[cluster].weight)
            } else {
                let segment = costliestSegment(except: taken)
                taken.insert(segment)
                target = curve.segments[segment].point(at: 0)
            }
            moved += square(cluster, target)
            (x[cluster], y[cluster]) = target
        }
        return moved
    }

    /// The clusters around the centres as they are, segment by segment.
    mutating func clustering(iterations: Int) -> Clustering {
        sums = Array(repeating: WeightedCurve.Sums(), count: x.count)
        var inertia = 0.0
        for index in curve.segments.indices {
            let segment = curve.segments[index]
            let left = nearest(segment.point(at: -1))
            let right = nearest(segment.point(at: 1))
            inertia += cut(segment, from: -1, left, to: 1, right)
        }
        let centroids = x.indices.map { Clustering.Centroid(x: x[$0], y: y[$0], weight: sums[$0].weight) }
        return Clustering(
            centroids: centroids.sorted { ($0.x, $0.y) < ($1.x, $1.y) }, inertia: inertia, iterations: iterations)
    }

    // MARK: - Division

    /// Adds the segments `from`..<`to` of a node of the curve's tree to the sums of their clusters.
    private mutating func divide(node: Int, from: Int, to: Int, _ left: End, _ right: End) {
        if left.label == right.label && isInside(left, right, deviation: curve.deviations[node]) {
            sums[left.label].add(curve.prefixes[to] - curve.prefixes[from])
        } else if to - from == 1 {
            _ = cut(curve.segments[from], from: -1, left.label, to: 1, right.label)
        } else {
            let middle = from + (to - from) / 2
            divide(node: 2 * node, from: from, to: middle, left, end(at: curve.segments[middle - 1].point(at: 1)))
            divide(node: 2 * node + 1, from: middle, to: to, end(at: curve.segments[middle].point(at: -1)), right)
        }
    }

    /// Whether a curve between two ends in one cell, that strays from their chord by `deviation`, lies in the cell.
    private func isInside(_ left: End, _ right: End, deviation: Double) -> Bool {
        guard deviation > 0 else { return true }
        let own = left.label
        let leftSquare = square(own, left.point)
        let rightSquare = square(own, right.point)
        // From a border, a point is as far as its squared distances differ, by twice the distance of the centres.
        return x.indices.allSatisfy { other in
            guard other != own else { return true }
            let nearer = min(square(other, left.point) - leftSquare, square(other, right.point) - rightSquare)
            let needed = 2 * deviation
            return nearer >= 0 && nearer * nearer >= needed * needed * square(other, (x[own], y[own]))
        }
    }

    /// Adds the part of a segment between two of its points to the sums, knowing their nearest centres.
    ///
    /// - Returns: The inertia of the part.
    private mutating func cut(
        _ segment: WeightedCurve.Segment, from start: Double, _ left: Int, to end: Double, _ right: Int
    ) -> Double {
        guard left != right, end > start else { return add(segment, from: start, to: end, to: left) }
        // Along a straight line the difference of two squared distances is linear.
        let before = difference(left, right, segment.point(at: start))
        let after = difference(left, right, segment.point(at: end))
        let share = after > before ? min(max(-before / (after - before), 0), 1) : 0.5
        let border = start + (end - start) * share
        let between = nearest(segment.point(at: border))
        if between == left || between == right || isTie(between, left, segment.point(at: border)) {
            return add(segment, from: start, to: border, to: left) + add(segment, from: border, to: end, to: right)
        }
        return cut(segment, from: start, left, to: border, between)
            + cut(segment, from: border, between, to: end, right)
    }

    /// Whether two centres are equally far but for rounding.
    private func isTie(_ first: Int, _ second: Int, _ point: (x: Double, y: Double)) -> Bool {
        abs(difference(first, second, point)) <= 1e-12 * square(second, point)
    }

    private mutating func add(
        _ segment: WeightedCurve.Segment, from start: Double, to end: Double, to cluster: Int
    ) -> Double {
        let share = (end - start) / 2
        let weight = segment.weight * share
        let middle = segment.point(at: (start + end) / 2)
        sums[cluster].add(WeightedCurve.Sums(weight: weight, x: weight * middle.x, y: weight * middle.y))
        let spread = share * share * (segment.halfX * segment.halfX + segment.halfY * segment.halfY) / 3
        return weight * (square(cluster, middle) + spread)
    }

    // MARK: - Distances

    private func square(_ cluster: Int, _ point: (x: Double, y: Double)) -> Double {
        let dx = point.x - x[cluster]
        let dy = point.y - y[cluster]
        return dx * dx + dy * dy
    }

    /// Negative where `first` is the nearer of two centres, positive where `second` is.
    private func difference(_ first: Int, _ second: Int, _ point: (x: Double, y: Double)) -> Double {
        square(first, point) - square(second, point)
    }

    private func nearest(_ point: (x: Double, y: Double)) -> Int {
        var label = 0
        var least = Double.infinity
        for cluster in x.indices {
            let square = square(cluster, point)
            label = square < least ? cluster : label
            least = min(square, least)
        }
        return label
    }

    private func end(at point: (x: Double, y: Double)) -> End {
        End(point: point, label: nearest(point))
    }

    private func costliestSegment(except taken: Set<Int>) -> Int {
        var costliest = 0
        var most = -1.0
        for (index, segment) in curve.segments.enumerated() where !taken.contains(index) {
            let middle = segment.point(at: 0)
            let cost = segment.weight * square(nearest(middle), middle)
            if cost > most {
                (costliest, most) = (index, cost)
            }
        }
        return costliest
    }
}

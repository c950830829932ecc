/// A pen's path without a lift: cubic Bézier curves, end to end.
///
/// Coordinates run from 0 to 1, x to the right and y downwards.
struct Stroke: Sendable {
    /// The start, then for each curve its two control points and its end.
    private(set) var points: [SIMD2<Double>]

    init(from x: Double, _ y: Double) {
        points = [SIMD2(x, y)]
    }

    private init(points: [SIMD2<Double>]) {
        self.points = points
    }

    /// Goes on in a straight line.
    func line(_ x: Double, _ y: Double) -> Stroke {
        let start = points[points.count - 1]
        let end = SIMD2(x, y)
        return Stroke(points: points + [start + (end - start) / 3, end - (end - start) / 3, end])
    }

    /// Goes on in a curve that leaves towards (x1, y1) and arrives from (x2, y2).
    func curve(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ x: Double, _ y: Double) -> Stroke {
        Stroke(points: points + [SIMD2(x1, y1), SIMD2(x2, y2), SIMD2(x, y)])
    }

    /// A closed ellipse, from its top clockwise.
    static func ellipse(_ x: Double, _ y: Double, width: Double, height: Double) -> Stroke {
        // The usual four-curve circle is off by less than 0.03 % of the radius.
        let (a, b) = (width / 2, height / 2)
        let (p, q) = (a * 0.5523, b * 0.5523)
        return Stroke(from: x, y - b)
            .curve(x + p, y - b, x + a, y - q, x + a, y)
            .curve(x + a, y + q, x + p, y + b, x, y + b)
            .curve(x - p, y + b, x - a, y + q, x - a, y)
            .curve(x - a, y - q, x - p, y - b, x, y - b)
    }

    /// The same path with each point moved by `move`.
    func moved(_ move: (SIMD2<Double>) -> SIMD2<Double>) -> Stroke {
        Stroke(points: points.map(move))
    }

    /// Points on the path, `steps` to each curve.
    func flattened(steps: Int) -> [SIMD2<Double>] {
        var result = [points[0]]
        for start in stride(from: 0, to: points.count - 1, by: 3) {
            for step in 1...steps {
                let t = Double(step) / Double(steps)
                let u = 1 - t
                let near = u * u * u * points[start] + 3 * u * u * t * points[start + 1]
                result.append(near + 3 * u * t * t * points[start + 2] + t * t * t * points[start + 3])
            }
        }
        return result
    }
}

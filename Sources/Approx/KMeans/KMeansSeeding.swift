internal import Foundation

/// Greedy k-means++ (Arthur and Vassilvitskii 2007, section 5): where k-means starts.
///
/// Each further centre is drawn with a probability proportional to weight times squared distance to the nearest centre
/// so far; of 2 + ln k draws the one that lowers the inertia most is kept.
enum KMeansSeeding {
    /// Indices of `count` different points.
    static func centers(_ count: Int, of points: PlanePoints, random: inout SplitMix64) -> [Int] {
        let draws = 2 + Int(log(Double(count)))
        var chosen = [draw(points.weights, random: &random)]
        var nearest = potential(points, around: chosen[0], nearest: nil)
        while chosen.count < count {
            var best = -1
            var bestTotal = Double.infinity
            var bestNearest = nearest
            for _ in 0..<draws {
                let candidate = draw(nearest, random: &random)
                let lowered = potential(points, around: candidate, nearest: nearest)
                let total = lowered.reduce(0, +)
                if total < bestTotal {
                    (best, bestTotal, bestNearest) = (candidate, total, lowered)
                }
            }
            chosen.append(best)
            nearest = bestNearest
        }
        return chosen
    }

    /// Weight times squared distance to the nearest centre, when `center` joins those behind `nearest`.
    private static func potential(_ points: PlanePoints, around center: Int, nearest: [Double]?) -> [Double] {
        let centerX = points.x[center]
        let centerY = points.y[center]
        return [Double](unsafeUninitializedCapacity: points.count) { buffer, initialized in
            for point in 0..<points.count {
                let dx = points.x[point] - centerX
                let dy = points.y[point] - centerY
                let own = points.weights[point] * (dx * dx + dy * dy)
                buffer[point] = nearest.map { min($0[point], own) } ?? own
            }
            initialized = points.count
        }
    }

    /// An index, drawn with a probability proportional to `masses`, never one of mass 0 while there is another.
    private static func draw(_ masses: [Double], random: inout SplitMix64) -> Int {
        let target = random.nextUnit() * masses.reduce(0, +)
        var passed = 0.0
        var last = 0
        for (index, mass) in masses.enumerated() where mass > 0 {
            passed += mass
            last = index
            if passed > target { return index }
        }
        return last
    }
}

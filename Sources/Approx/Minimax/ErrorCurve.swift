/// The error of a polynomial along its interval.
struct ErrorCurve {
    /// A point with the largest error of its sign's run.
    struct Extreme {
        var x: Double
        /// With its sign.
        var error: Double
    }

    let error: (Double) -> Double

    /// Steps of the golden section; they leave 1e-7 of the bracket, and half of the digits of x give all of the error's.
    private static let goldenSteps = 34

    init(_ error: @escaping (Double) -> Double) {
        self.error = error
    }

    /// The largest error of every run of one sign, from left to right; looked for on `points`, which ascend, and then
    /// between the neighbours.
    func extremes(on points: [Double]) -> [Extreme] {
        var peaks: [(index: Int, error: Double)] = []
        for (index, x) in points.enumerated() {
            let value = error(x)
            if let last = peaks.last, value == 0 || (value < 0) == (last.error < 0) {
                if abs(value) > abs(last.error) { peaks[peaks.count - 1] = (index, value) }
            } else {
                peaks.append((index, value))
            }
        }
        return peaks.map { peak in
            let x = points[peak.index]
            let bracket = points[max(peak.index - 1, 0)]...points[min(peak.index + 1, points.count - 1)]
            let refined = climb(bracket, sign: peak.error < 0 ? -1 : 1)
            return abs(refined.error) > abs(peak.error) && (refined.error < 0) == (peak.error < 0)
                ? refined : Extreme(x: x, error: peak.error)
        }
    }

    /// Golden-section search for the largest `sign` * error in `bracket`.
    private func climb(_ bracket: ClosedRange<Double>, sign: Double) -> Extreme {
        let share = (5.0.squareRoot() - 1) / 2
        var (low, high) = (bracket.lowerBound, bracket.upperBound)
        var left = high - share * (high - low)
        var right = low + share * (high - low)
        var (leftError, rightError) = (error(left), error(right))
        for _ in 0..<Self.goldenSteps {
            if sign * leftError >= sign * rightError {
                (high, right, rightError) = (right, left, leftError)
                left = high - share * (high - low)
                leftError = error(left)
            } else {
                (low, left, leftError) = (left, right, rightError)
                right = low + share * (high - low)
                rightError = error(right)
            }
        }
        return sign * leftError >= sign * rightError
            ? Extreme(x: left, error: leftError) : Extreme(x: right, error: rightError)
    }

    /// `count` of the extremes, still alternating, without the smallest ones; the largest stays.
    ///
    /// - Returns: `nil` when there are fewer.
    static func alternating(_ extremes: [Extreme], count: Int) -> [Extreme]? {
        guard extremes.count >= count, count > 0 else { return nil }
        var kept = extremes
        while kept.count > count {
            let smallest = kept.indices.min { abs(kept[$0].error) < abs(kept[$1].error) } ?? 0
            let isInside = smallest > 0 && smallest < kept.count - 1
            if isInside && kept.count - count > 1 {
                // Its neighbours have the same sign: the larger one stands for both.
                let (left, right) = (kept[smallest - 1], kept[smallest + 1])
                let larger = abs(left.error) >= abs(right.error) ? left : right
                kept.replaceSubrange(smallest - 1...smallest + 1, with: [larger])
            } else if abs(kept[0].error) <= abs(kept[kept.count - 1].error) {
                kept.removeFirst()
            } else {
                kept.removeLast()
            }
        }
        return kept
    }
}

internal import Foundation

/// Round values along an axis: multiples of 1, 2 or 5 times a power of ten (Heckbert 1990, "Nice numbers for graph
/// labels").
package struct NiceTicks: Hashable, Sendable {
    package let step: Double
    /// Ascending, inside the range.
    package let values: [Double]
    private let decimals: Int

    /// - Parameters:
    ///   - most: Not more than so many, 2 or more.
    ///   - wholeNumbers: Whether only whole numbers make sense.
    package init(over range: ClosedRange<Double>, most: Int, wholeNumbers: Bool = false) {
        let width = range.upperBound - range.lowerBound
        guard width > 0, width.isFinite, most > 1 else {
            step = 1
            values = [range.lowerBound]
            decimals = wholeNumbers ? 0 : 2
            return
        }
        var exponent = Int(log10(width / Double(most)).rounded(.down))
        if wholeNumbers { exponent = max(exponent, 0) }
        let (found, power) =
            Self.steps(from: exponent).first { step, _ in
                Self.count(of: step, over: range) <= most
            } ?? (width, exponent)
        step = found
        decimals = max(0, -power)
        let first = Int((range.lowerBound / found - Self.slack).rounded(.up))
        // One product each: sums of steps would drift.
        values = (0..<Self.count(of: found, over: range)).map { Double(first + $0) * found }
    }

    /// All with as many decimals as the step has; very small and large ones in scientific form.
    package var labels: [String] {
        let largest = values.reduce(0) { max($0, abs($1)) }
        guard decimals <= 4, largest < 1e5 else { return values.map { String(format: "%.4g", $0) } }
        return values.map { value in
            let text = String(format: "%.\(decimals)f", value)
            return text.hasPrefix("-") && !text.contains { ("1"..."9").contains($0) } ? String(text.dropFirst()) : text
        }
    }

    /// Ends of a range that miss a multiple by rounding still have it.
    private static let slack = 1e-9

    private static func count(of step: Double, over range: ClosedRange<Double>) -> Int {
        let first = (range.lowerBound / step - slack).rounded(.up)
        return max(0, Int((range.upperBound / step + slack).rounded(.down) - first) + 1)
    }

    private static func steps(from exponent: Int) -> [(step: Double, exponent: Int)] {
        (exponent...exponent + 2).flatMap { power in
            [1.0, 2, 5].map { ($0 * pow(10, Double(power)), power) }
        }
    }
}

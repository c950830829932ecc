/// Values laid evenly over a stretch of a drawing.
package struct LinearScale: Hashable, Sendable {
    package let domain: ClosedRange<Double>
    /// Where the lower and the upper end of the domain lie; the first may be the larger one.
    package let start: Double
    package let end: Double

    /// - Parameter domain: Widened around its value where it has only one, so that there is a scale at all.
    package init(_ domain: ClosedRange<Double>, from start: Double, to end: Double) {
        let isPoint = domain.lowerBound == domain.upperBound
        let reach = isPoint ? max(abs(domain.lowerBound) / 2, 0.5) : 0
        self.domain = domain.lowerBound - reach...domain.upperBound + reach
        self.start = start
        self.end = end
    }

    package func callAsFunction(_ value: Double) -> Double {
        start + (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound) * (end - start)
    }

    /// The nearest value of the domain.
    package func clamped(_ value: Double) -> Double {
        min(max(value, domain.lowerBound), domain.upperBound)
    }
}

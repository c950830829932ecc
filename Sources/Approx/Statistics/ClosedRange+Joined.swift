extension ClosedRange<Double> {
    /// The least range that holds both.
    package func joined(with other: Self) -> Self {
        Swift.min(lowerBound, other.lowerBound)...Swift.max(upperBound, other.upperBound)
    }
}

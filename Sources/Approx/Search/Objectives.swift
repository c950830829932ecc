/// What a candidate comes to where several things are to be small at once.
package struct Objectives: Hashable, Sendable {
    /// Each to be small.
    package let values: [Double]
    /// By how much it goes beyond what is allowed; 0 for what is allowed.
    package let excess: Double

    package init(_ values: [Double], excess: Double = 0) {
        self.values = values
        self.excess = excess
    }

    /// Whether it is better without any doubt (Deb et al. 2002, definition 1): what is allowed is better than what is
    /// not, of two that are not allowed the one of the smaller excess is, and of two that are allowed one that is nowhere
    /// worse and somewhere better.
    package func dominates(_ other: Objectives) -> Bool {
        if excess > 0 || other.excess > 0 { return excess < other.excess }
        return zip(values, other.values).allSatisfy { $0 <= $1 } && values != other.values
    }
}

/// Whether a layer gets one polynomial or one for each of its channels.
package enum Granularity: String, CaseIterable, Hashable, Codable, Sendable {
    case layer
    case channel
}

/// What replaces one activation layer: one polynomial, or one per channel.
package struct Approximation: Hashable, Codable, Sendable {
    package let granularity: Granularity
    /// One element for ``Granularity/layer``, one per channel otherwise.
    package let polynomials: [Polynomial]

    package init(granularity: Granularity, polynomials: [Polynomial]) {
        precondition(!polynomials.isEmpty && (granularity == .channel || polynomials.count == 1))
        self.granularity = granularity
        self.polynomials = polynomials
    }

    /// The polynomial that `channel` is replaced by.
    package func polynomial(forChannel channel: Int) -> Polynomial {
        polynomials[granularity == .layer ? 0 : channel]
    }
}

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
        precondition(Self.isConsistent(granularity, polynomials), "a layer has one polynomial, a channel one each")
        self.granularity = granularity
        self.polynomials = polynomials
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        granularity = try container.decode(Granularity.self, forKey: .granularity)
        polynomials = try container.decode([Polynomial].self, forKey: .polynomials)
        guard Self.isConsistent(granularity, polynomials) else {
            throw DecodingError.dataCorruptedError(
                forKey: .polynomials, in: container,
                debugDescription: "\(polynomials.count) polynomials cannot replace one \(granularity)")
        }
    }

    private static func isConsistent(_ granularity: Granularity, _ polynomials: [Polynomial]) -> Bool {
        granularity == .layer ? polynomials.count == 1 : !polynomials.isEmpty
    }

    /// The polynomial that `channel` is replaced by.
    package func polynomial(forChannel channel: Int) -> Polynomial {
        polynomials[granularity == .layer ? 0 : channel]
    }
}

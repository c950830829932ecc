/// Whether a layer gets one polynomial or one for each of its channels.
package enum Granularity: String, CaseIterable, Hashable, Codable, Sendable {
    case layer
    case channel
}

/// What replaces one activation layer: one polynomial, or one per channel; or a composite ReLU.
package struct Approximation: Hashable, Codable, Sendable {
    package let granularity: Granularity
    /// One element for ``Granularity/layer``, one per channel otherwise.
    package let polynomials: [Polynomial]
    /// Nil where the polynomials themselves replace the activation. Otherwise they are the first components of a step.
    package let gate: StepGate?

    package init(granularity: Granularity, polynomials: [Polynomial], gate: StepGate? = nil) {
        precondition(Self.isConsistent(granularity, polynomials), "a layer has one polynomial, a channel one each")
        self.granularity = granularity
        self.polynomials = polynomials
        self.gate = gate
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        granularity = try container.decode(Granularity.self, forKey: .granularity)
        polynomials = try container.decode([Polynomial].self, forKey: .polynomials)
        gate = try container.decodeIfPresent(StepGate.self, forKey: .gate)
        guard Self.isConsistent(granularity, polynomials) else {
            throw DecodingError.dataCorruptedError(
                forKey: .polynomials, in: container,
                debugDescription: "\(polynomials.count) polynomials cannot replace one \(granularity)")
        }
    }

    private static func isConsistent(_ granularity: Granularity, _ polynomials: [Polynomial]) -> Bool {
        granularity == .layer ? polynomials.count == 1 : !polynomials.isEmpty
    }

    /// The degree of the polynomial in x that the approximation is; the highest where channels differ.
    package var degree: Int { step.map { $0.degree + 1 } ?? highest.degree }

    /// The polynomials of a composite's step, one after the other, in the channel where the first one is of the highest
    /// degree; nil without a gate.
    var step: CompositePolynomial? { gate.map { CompositePolynomial(components: [highest] + $0.components) } }

    private var highest: Polynomial {
        polynomials.dropFirst().reduce(polynomials[0]) { $1.degree > $0.degree ? $1 : $0 }
    }

    /// Each polynomial as ``Polynomial/inTwoSquarings`` has it.
    package var inTwoSquarings: Approximation {
        Approximation(granularity: granularity, polynomials: polynomials.map(\.inTwoSquarings), gate: gate)
    }

    /// The value that stands in for the activation at `x` of `channel`.
    package func value(at x: Double, inChannel channel: Int) -> Double {
        let value = polynomial(forChannel: channel)(x)
        return gate.map { $0(x, value) } ?? value
    }

    /// The polynomial of `channel`, whose domain is where the approximation was fitted.
    package func polynomial(forChannel channel: Int) -> Polynomial {
        polynomials[granularity == .layer ? 0 : channel]
    }
}

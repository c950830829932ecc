internal import Approx
internal import Network

/// How a layer's polynomials are evaluated: by one squaring or two, all channels alike.
struct SiteForm: Sendable {
    let shape: TensorShape
    let channels: [ChannelForm]
    /// Levels that the layer takes: 1 for degree 2, 2 for degree 4.
    let squarings: Int

    /// - Throws: ``EncryptionError`` for polynomials that squarings cannot express.
    init(_ approximation: Approximation, at site: NetworkGraph.ActivationSite) throws(EncryptionError) {
        shape = site.shape
        let count = approximation.polynomials.count
        guard approximation.granularity == .layer || count == site.shape.channels else {
            throw .polynomialCount(layer: site.name, polynomials: count, channels: site.shape.channels)
        }
        var channels: [ChannelForm] = []
        for channel in 0..<site.shape.channels {
            let polynomial = approximation.polynomial(forChannel: channel)
            guard let form = ChannelForm(polynomial) else {
                let degree = polynomial.coefficients.lastIndex { $0 != 0 } ?? 0
                throw degree == 4
                    ? .quartic(layer: site.name, channel: channel) : .degree(layer: site.name, degree: degree)
            }
            channels.append(form)
        }
        self.channels = channels
        squarings = channels.contains { $0.coefficients[2] != 0 } ? 2 : 1
    }

    /// u, from what the layer reads.
    func variable(of input: AffineForm) -> AffineForm {
        input.shifted(by: perElement(\.shift), scaledBy: perElement(\.factor))
    }

    /// What the layer makes, from u and its squares.
    func output(site: Int) -> AffineForm {
        let terms: [(value: CircuitValue, matrix: SparseMatrix)] = (0...squarings).compactMap { power in
            // The first square stays even where nothing reads it: a form has at least one term.
            guard power == 1 || channels.contains(where: { $0.coefficients[power] != 0 }) else { return nil }
            let factors = perElement { $0.coefficients[power] }
            return (.power(site: site, squarings: power), SparseMatrix(diagonal: factors))
        }
        return AffineForm(terms, bias: perElement(\.offset))
    }

    /// What is added to the first square, element by element; nil where that is nothing.
    var constants: [Double]? {
        channels.contains { $0.constant != 0 } ? perElement(\.constant) : nil
    }

    private func perElement(_ value: (ChannelForm) -> Double) -> [Double] {
        let area = shape.height * shape.width
        return (0..<shape.count).map { value(channels[$0 / area]) }
    }
}

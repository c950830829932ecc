package import Approx
package import Network

/// How a layer's polynomials are evaluated: by one squaring or two, all channels alike.
package struct SiteForm: Sendable {
    package let shape: TensorShape
    package let channels: [ChannelForm]
    /// Levels that the layer takes: 1 for degree 2, 2 for degree 4.
    package let squarings: Int

    /// - Throws: ``EncryptionError`` for polynomials that squarings cannot express.
    package init(_ approximation: Approximation, at site: NetworkGraph.ActivationSite) throws(EncryptionError) {
        shape = site.shape
        let count = approximation.polynomials.count
        guard approximation.granularity == .layer || count == site.shape.channels else {
            throw .polynomialCount(layer: site.name, polynomials: count, channels: site.shape.channels)
        }
        guard approximation.gate == nil else { throw .degree(layer: site.name, degree: approximation.degree) }
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
    package func variable(of input: AffineForm) -> AffineForm {
        input.shifted(by: perElement(of: shape, \.shift), scaledBy: perElement(of: shape, \.factor))
    }

    /// What the layer makes, from u and its squares.
    package func output(site: Int) -> AffineForm {
        form(over: shape) { .power(site: site, squarings: $0) }
    }

    /// What the layer makes, averaged over the cells of the grid.
    package func cellAverages(site: Int, shape: TensorShape, cellArea: Int) -> AffineForm {
        form(over: shape, divisor: Double(cellArea)) { .cellSum(site: site, squarings: $0) }
    }

    private func form(
        over shape: TensorShape, divisor: Double = 1, _ value: (_ squarings: Int) -> CircuitValue
    ) -> AffineForm {
        let terms: [(value: CircuitValue, matrix: SparseMatrix)] = (0...squarings).compactMap { power in
            // The first square stays even where nothing reads it: a form has at least one term.
            guard power == 1 || channels.contains(where: { $0.coefficients[power] != 0 }) else { return nil }
            let factors = perElement(of: shape) { $0.coefficients[power] / divisor }
            return (value(power), SparseMatrix(diagonal: factors))
        }
        return AffineForm(terms, bias: perElement(of: shape, \.offset))
    }

    /// What is added to the first square, element by element; nil where that is nothing.
    package var constants: [Double]? {
        channels.contains { $0.constant != 0 } ? perElement(of: shape, \.constant) : nil
    }

    private func perElement(of shape: TensorShape, _ value: (ChannelForm) -> Double) -> [Double] {
        let area = shape.height * shape.width
        return (0..<shape.count).map { value(channels[$0 / area]) }
    }
}

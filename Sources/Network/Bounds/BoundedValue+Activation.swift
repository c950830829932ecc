internal import Approx

extension BoundedValue {
    /// What a polynomial, or the function where there is none, makes of the value; a function ends affine forms.
    func applying(
        _ replacement: Approximation?, function: ActivationFunction, threads: Int, bytes: Int
    ) -> BoundedValue {
        guard let replacement else {
            return BoundedValue(shape: shape, box: box.map(function.range(on:)), form: nil, bytes: bytes)
        }
        let plane = shape.height * shape.width
        let wantsLines = form != nil
        let parts = OrderedParts(count: shape.channels, threads: threads).map { channel in
            let polynomial = replacement.polynomial(forChannel: channel).converted(to: .chebyshev)
            let nodes = LocalPolynomial.Nodes(degree: polynomial.degree)
            return box[channel * plane..<(channel + 1) * plane].map { interval in
                Self.image(of: interval, under: polynomial, nodes: nodes, wantsLine: wantsLines)
            }
        }.flatMap { $0 }
        return BoundedValue(
            shape: shape, box: parts.map(\.range), form: form?.applying(parts.compactMap(\.line), shape: shape),
            bytes: bytes)
    }

    private static func image(
        of interval: Interval, under polynomial: Polynomial, nodes: LocalPolynomial.Nodes, wantsLine: Bool
    ) -> (range: Interval, line: ActivationLine?) {
        let local = LocalPolynomial(polynomial, on: interval, nodes: nodes)
        guard wantsLine else { return (local.range(), nil) }
        let (slope, residual) = local.linearised()
        return (local.range(), ActivationLine(slope: slope, origin: local.center, residual: residual))
    }
}

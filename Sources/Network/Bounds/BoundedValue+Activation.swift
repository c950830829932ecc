internal import Approx

extension BoundedValue {
    /// What a polynomial, or the function where there is none, makes of the value; a function ends affine forms.
    func applying(
        _ replacement: Approximation?, function: ActivationFunction, threads: Int, bytes: Int
    ) -> BoundedValue {
        guard let replacement else {
            return BoundedValue(shape: shape, box: box.map(function.range(on:)), form: nil, bytes: bytes)
        }
        if let gate = replacement.gate { return applying(replacement, gate, threads: threads, bytes: bytes) }
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

    /// What a composite ReLU makes of the value: component by component, and affine forms end, for a composite is steep.
    private func applying(_ replacement: Approximation, _ gate: StepGate, threads: Int, bytes: Int) -> BoundedValue {
        let plane = shape.height * shape.width
        let boxes = OrderedParts(count: shape.channels, threads: threads).map { channel in
            let components = ([replacement.polynomial(forChannel: channel)] + gate.components).map { component in
                let polynomial = component.converted(to: .chebyshev)
                return (polynomial, LocalPolynomial.Nodes(degree: polynomial.degree))
            }
            return box[channel * plane..<(channel + 1) * plane].map { interval in
                components.reduce(interval) { range, component in
                    Self.image(of: range, under: component.0, nodes: component.1, wantsLine: false).range
                } * interval
            }
        }
        return BoundedValue(shape: shape, box: boxes.flatMap { $0 }, form: nil, bytes: bytes)
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

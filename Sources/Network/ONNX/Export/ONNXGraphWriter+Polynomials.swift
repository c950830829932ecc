internal import Approx

extension ONNXGraphWriter {
    /// Appends a layer's polynomials as Mul, Add and Sub nodes, the last one called as the layer.
    ///
    /// - Parameter output: What the result should be called.
    mutating func polynomial(
        _ approximation: Approximation, at site: NetworkGraph.ActivationSite, of tensor: Tensor, output: String
    ) throws(ExportError) -> Tensor {
        let channels = site.shape.channels
        guard approximation.granularity == .layer || approximation.polynomials.count == channels else {
            throw .polynomialCount(
                site: site.name, polynomials: approximation.polynomials.count, channels: channels)
        }
        var dimensions: [Int] = []
        if approximation.granularity == .channel {
            dimensions = tensor.isImage ? [1, channels, 1, 1] : [1, channels]
        }
        guard let gate = approximation.gate else {
            let result = try series(
                approximation.polynomials, of: tensor.name, site: site.name, dimensions: dimensions, output: output)
            return Tensor(name: result, isImage: tensor.isImage)
        }
        var step = try series(
            approximation.polynomials, of: tensor.name, site: "\(site.name)/component0", dimensions: dimensions,
            output: nil)
        for (index, component) in gate.components.enumerated() {
            step = try series(
                [component], of: step, site: "\(site.name)/component\(index + 1)", dimensions: [], output: nil)
        }
        let result = node("Mul", [tensor.name, step], name: site.name, output: output)
        return Tensor(name: result, isImage: tensor.isImage)
    }

    /// Appends polynomials of `input`, one for all channels or one for each.
    private mutating func series(
        _ polynomials: [Polynomial], of input: String, site: String, dimensions: [Int], output: String?
    ) throws(ExportError) -> String {
        let scheme = PolynomialScheme(polynomials)
        var steps = PolynomialSteps(writer: self, site: site, dimensions: dimensions, output: output)
        let result =
            switch scheme.rule {
            case .horner: try steps.horner(scheme, input)
            case .clenshaw: try steps.clenshaw(scheme, input)
            }
        self = steps.writer
        return result
    }
}

/// Writes the steps of one layer's scheme.
private struct PolynomialSteps {
    var writer: ONNXGraphWriter
    let site: String
    let dimensions: [Int]
    /// Nil where any name will do.
    let output: String?

    mutating func horner(_ scheme: PolynomialScheme, _ x: String) throws(ExportError) -> String {
        let u = try variable(scheme, x)
        var sum = try constant(scheme.coefficients[scheme.degree], "a\(scheme.degree)")
        for power in (0..<scheme.degree).reversed() {
            let isLast = power == 0
            let column = scheme.coefficients[power]
            let product = append("Mul", [u, sum], "product\(power)", isLast: isLast && isZero(column))
            sum = try plus(product, column, "a\(power)", step: "sum\(power)", isLast: isLast)
        }
        return sum
    }

    mutating func clenshaw(_ scheme: PolynomialScheme, _ x: String) throws(ExportError) -> String {
        let u = try variable(scheme, x)
        var next = try constant(scheme.coefficients[scheme.degree], "c\(scheme.degree)")
        var afterNext: String?
        for index in (1..<scheme.degree).reversed() {
            var sum = append("Mul", [u, next], "product\(index)")
            if let afterNext { sum = append("Sub", [sum, afterNext], "difference\(index)") }
            sum = try plus(sum, scheme.coefficients[index], "c\(index)", step: "b\(index)")
            (next, afterNext) = (sum, next)
        }
        let half = append("Mul", [u, try constant([0.5], "half", dimensions: [])], "t")
        var sum = append("Mul", [half, next], "product0")
        sum = try plus(sum, scheme.coefficients[0], "c0", step: "sum0", isLast: afterNext == nil)
        if let afterNext { sum = append("Sub", [sum, afterNext], "", isLast: true) }
        return sum
    }

    /// u, the variable of the scheme.
    private mutating func variable(_ scheme: PolynomialScheme, _ x: String) throws(ExportError) -> String {
        var u = x
        if let centers = scheme.centers {
            u = append("Sub", [u, try constant(centers, "center")], "centered")
        }
        if let factors = scheme.factors {
            u = append("Mul", [u, try constant(factors, "factor")], "scaled")
        }
        return u
    }

    /// `tensor` + `column`, and no node for zeros.
    private mutating func plus(
        _ tensor: String, _ column: [Double], _ name: String, step: String, isLast: Bool = false
    ) throws(ExportError) -> String {
        isZero(column) ? tensor : append("Add", [tensor, try constant(column, name)], step, isLast: isLast)
    }

    private func isZero(_ column: [Double]) -> Bool {
        column.allSatisfy { Float($0) == 0 }
    }

    /// - Parameter isLast: Whether the node makes the layer's output.
    private mutating func append(_ type: String, _ inputs: [String], _ step: String, isLast: Bool = false) -> String {
        writer.node(type, inputs, name: isLast ? site : "\(site)/\(step)", output: isLast ? output : nil)
    }

    private mutating func constant(
        _ values: [Double], _ name: String, dimensions: [Int]? = nil
    ) throws(ExportError) -> String {
        if let value = values.first(where: { !Float($0).isFinite }) {
            throw .unrepresentable(site: site, value: value)
        }
        return writer.constant(
            values.map { Float($0) }, dimensions: dimensions ?? self.dimensions, name: "\(site)/\(name)")
    }
}

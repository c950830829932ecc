internal import Approx
internal import CDNNL

/// Chebyshev series in single precision, one for each channel of a layout.
struct SeriesTable: Sendable {
    private let degree: Int
    /// Rows of the padded channels: centres, inverse half-widths, lower bounds and upper bounds of the domains, and
    /// then the coefficients, from the constant up.
    private let rows: [Float]
    private let paddedChannels: Int
    private let limit: Float

    private static let coefficientRow = 4

    /// - Parameters:
    ///   - polynomials: One for all channels, or one for each; of at most ``PolynomialTable/largestDegree``.
    ///   - limit: Magnitudes beyond it have escaped.
    ///   - countsOutside: Whether values outside of the domain are counted.
    init(_ polynomials: [Polynomial], tensor: BatchTensor, limit: Double, countsOutside: Bool) {
        let series = polynomials.map { $0.converted(to: .chebyshev) }
        let degree = series.reduce(0) { max($0, $1.degree) }
        let padded = tensor.paddedChannels
        var rows = Array(repeating: Float(0), count: (Self.coefficientRow + degree + 1) * padded)
        for channel in 0..<padded {
            func set(_ row: Int, _ value: Double) { rows[row * padded + channel] = Float(value) }
            set(2, -.infinity)
            set(3, .infinity)
            // Others only fill a block: 0 goes to 0.
            guard channel < tensor.shape.channels else { continue }
            let polynomial = series[series.count == 1 ? 0 : channel]
            set(0, polynomial.center)
            set(1, 1 / polynomial.halfWidth)
            if countsOutside {
                set(2, polynomial.domain.lowerBound)
                set(3, polynomial.domain.upperBound)
            }
            for (power, coefficient) in polynomial.coefficients.enumerated() {
                set(Self.coefficientRow + power, coefficient)
            }
        }
        self.degree = degree
        self.rows = rows
        paddedChannels = padded
        self.limit = Float(limit)
    }

    /// Evaluates the first `images` images of the batch; `output` may be `input`.
    ///
    /// - Parameters:
    ///   - escaped: By image; set where a value is beyond the limit or its image is not finite.
    ///   - outside: Grows by the values outside of the domains.
    func apply(
        _ tensor: BatchTensor, images: Int, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>,
        escaped: inout [UInt8], outside: inout UInt64
    ) {
        var tensor = tensor.described(images: images)
        rows.withUnsafeBufferPointer { rows in
            guard let first = rows.baseAddress else { return }
            var polynomial = cdnnl_polynomial(
                degree: Int32(degree), coefficients: first + Self.coefficientRow * paddedChannels, center: first,
                inverse_half_width: first + paddedChannels, lower: first + 2 * paddedChannels,
                upper: first + 3 * paddedChannels, limit: limit)
            cdnnl_polynomial_apply(&tensor, input, output, &polynomial, &escaped, &outside)
        }
    }
}

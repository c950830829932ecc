internal import Approx
internal import CDNNL

/// An approximation of one activation site in single precision, ready to run on layouts of one block size.
struct PolynomialTable: Sendable {
    /// How far beyond the fitted domain, in multiples of its largest magnitude, an activation counts as escaped.
    static let escapeFactor = 10.0
    /// The kernel's room for coefficients allows no higher degree.
    static let largestDegree = 63

    private let degree: Int
    /// Rows of the padded channels: centres, inverse half-widths, lower bounds and upper bounds of the domains, and
    /// then the coefficients of the Chebyshev polynomials, from the constant up.
    private let rows: [Float]
    private let paddedChannels: Int
    private let limit: Float

    private static let coefficientRow = 4

    /// - Parameters:
    ///   - approximation: One polynomial for all channels, or one for each.
    ///   - site: Its name, for errors.
    ///   - tensor: The layout at the site.
    init(_ approximation: Approximation, site: String, tensor: BatchTensor) throws(InferenceError) {
        let channels = tensor.shape.channels
        let polynomials = approximation.polynomials.map { $0.converted(to: .chebyshev) }
        guard approximation.granularity == .layer || polynomials.count == channels else {
            throw .polynomialCount(site: site, polynomials: polynomials.count, channels: channels)
        }
        let degree = polynomials.reduce(0) { max($0, $1.degree) }
        guard degree <= Self.largestDegree else {
            throw .polynomialDegree(site: site, degree: degree, largest: Self.largestDegree)
        }
        let padded = tensor.paddedChannels
        var rows = Array(repeating: Float(0), count: (Self.coefficientRow + degree + 1) * padded)
        for channel in 0..<padded {
            func set(_ row: Int, _ value: Double) { rows[row * padded + channel] = Float(value) }
            guard channel < channels else {
                // It only fills a block: 0 goes to 0, and nothing is outside.
                set(2, -.infinity)
                set(3, .infinity)
                continue
            }
            let polynomial = polynomials[approximation.granularity == .layer ? 0 : channel]
            set(0, polynomial.center)
            set(1, 1 / polynomial.halfWidth)
            set(2, polynomial.domain.lowerBound)
            set(3, polynomial.domain.upperBound)
            for (power, coefficient) in polynomial.coefficients.enumerated() {
                set(Self.coefficientRow + power, coefficient)
            }
        }
        let reach = polynomials.reduce(0) {
            max($0, abs($1.domain.lowerBound), abs($1.domain.upperBound))
        }
        self.degree = degree
        self.rows = rows
        paddedChannels = padded
        limit = Float(Self.escapeFactor * reach)
    }

    /// Evaluates the first `images` images of the batch; `output` may be `input`.
    func apply(
        _ tensor: BatchTensor, images: Int, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>,
        site: Int, marks: inout BatchMarks
    ) {
        var tensor = tensor.described(images: images)
        rows.withUnsafeBufferPointer { rows in
            guard let first = rows.baseAddress else { return }
            var polynomial = cdnnl_polynomial(
                degree: Int32(degree), coefficients: first + Self.coefficientRow * paddedChannels, center: first,
                inverse_half_width: first + paddedChannels, lower: first + 2 * paddedChannels,
                upper: first + 3 * paddedChannels, limit: limit)
            cdnnl_polynomial_apply(&tensor, input, output, &polynomial, &marks.escaped, &marks.outside[site])
        }
    }
}

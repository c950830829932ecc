internal import Approx

/// An approximation of one activation site in single precision, ready to run on layouts of one block size.
struct PolynomialTable: Sendable {
    /// How far beyond the fitted domain, in multiples of its largest magnitude, an activation counts as escaped.
    static let escapeFactor = 10.0
    /// The kernel's room for coefficients allows no higher degree.
    static let largestDegree = 63

    private let first: SeriesTable
    /// The components behind the first one where the approximation is a composite ReLU; nil otherwise.
    private let gate: [SeriesTable]?

    /// - Parameters:
    ///   - approximation: One polynomial for all channels, or one for each.
    ///   - site: Its name, for errors.
    ///   - tensor: The layout at the site.
    init(_ approximation: Approximation, site: String, tensor: BatchTensor) throws(InferenceError) {
        let channels = tensor.shape.channels
        let polynomials = approximation.polynomials
        guard approximation.granularity == .layer || polynomials.count == channels else {
            throw .polynomialCount(site: site, polynomials: polynomials.count, channels: channels)
        }
        let components = approximation.gate?.components ?? []
        for polynomial in polynomials + components where polynomial.degree > Self.largestDegree {
            throw .polynomialDegree(site: site, degree: polynomial.degree, largest: Self.largestDegree)
        }
        let reach = polynomials.reduce(0) {
            max($0, abs($1.domain.lowerBound), abs($1.domain.upperBound))
        }
        first = SeriesTable(polynomials, tensor: tensor, limit: Self.escapeFactor * reach, countsOutside: true)
        gate = approximation.gate.map { gate in
            gate.components.map { SeriesTable([$0], tensor: tensor, limit: .infinity, countsOutside: false) }
        }
    }

    /// Evaluates the first `images` images of the batch; `output` may be `input`.
    func apply(
        _ tensor: BatchTensor, images: Int, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>,
        site: Int, marks: inout BatchMarks
    ) {
        guard let gate else {
            return first.apply(
                tensor, images: images, input, output, escaped: &marks.escaped, outside: &marks.outside[site])
        }
        let count = tensor.count / tensor.images * images
        withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { scratch in
            guard let step = scratch.baseAddress else { return }
            first.apply(tensor, images: images, input, step, escaped: &marks.escaped, outside: &marks.outside[site])
            for component in gate {
                var unused: UInt64 = 0
                component.apply(tensor, images: images, step, step, escaped: &marks.escaped, outside: &unused)
            }
            for index in 0..<count { output[index] = input[index] * step[index] }
        }
    }
}

/// Why a fit could not be made, or statistics not be read. Each case carries the numbers that explain it.
package enum ApproxError: Error, Equatable, Sendable {
    case degreeOutOfRange(Int, allowed: ClosedRange<Int>)
    /// Nothing was captured at all.
    case noValues
    /// Values were captured, and every one of them was NaN or infinite.
    case onlyNonFiniteValues(count: UInt64)
    /// Every value is the same: a dead layer, or a constant one.
    case constantInput(value: Double, count: UInt64)
    case tooFewDistinctValues(found: Int, needed: Int)
    /// Two centroids have the same x to within `gap`, in units of the observed range, so nothing interpolates both.
    case coincidentCentroids(x: Double, gap: Double)
    /// The reciprocal condition number of the system behind the coefficients is at the noise of the arithmetic.
    case illConditioned(degree: Int, reciprocalCondition: Double)
    /// Remez's exchange stopped with `error`, though nothing says that it must be above `lowerBound`.
    case noConvergence(degree: Int, iterations: Int, error: Double, lowerBound: Double)
    case precisionOutOfRange(Int, allowed: ClosedRange<Int>)
    /// The values of a composite ReLU are to lie in a range of this half-width.
    case boundOutOfRange(Double)
    /// Composites are made for ReLU alone.
    case onlyForReLU(activation: String)
    case channelCountMismatch(expected: Int, found: Int)
    case invalidSetting(name: String, value: Int, least: Int)
    /// Rows of a reconstruction hold NaN or infinities.
    case nonFiniteRows(of: String)
    /// What a linear piece reads has no normal equations that can be solved.
    case singularInputs(features: Int)
    case notStatistics
    case unsupportedStatisticsVersion(Int, supported: Int)
    case truncatedStatistics(expected: Int, found: Int)
    case damagedStatistics(String)
}

extension ApproxError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .degreeOutOfRange(let degree, let allowed):
            "degree \(degree) is outside \(allowed.lowerBound)...\(allowed.upperBound); choose one inside"
        case .noValues:
            "the layer's statistics hold no values; capture it over at least one image first"
        case .onlyNonFiniteValues(let count):
            "all \(count) values of the layer are NaN or infinite; check the model's weights and its preprocessing"
        case .constantInput(let value, let count):
            "all \(count) values of the layer equal \(value), so there is no curve to fit; "
                + "capture more images, or check whether the layer is dead"
        case .tooFewDistinctValues(let found, let needed):
            "the layer shows \(found) distinct values where this degree needs \(needed); "
                + "lower the degree or capture more images"
        case .coincidentCentroids(let x, let gap):
            "two centroids coincide near x = \(x) (\(gap) of the range apart), so no polynomial passes through both; "
                + "lower the degree or change the seed"
        case .illConditioned(let degree, let reciprocalCondition):
            "the system for degree \(degree) is ill-conditioned "
                + "(reciprocal condition number \(reciprocalCondition)); lower the degree"
        case .noConvergence(let degree, let iterations, let error, let lowerBound):
            "the minimax polynomial of degree \(degree) was not found in \(iterations) exchanges (largest error "
                + "\(error), possible \(lowerBound)); lower the degree or take another fitter"
        case .precisionOutOfRange(let precision, let allowed):
            "precision \(precision) is outside \(allowed.lowerBound)...\(allowed.upperBound); choose one inside"
        case .boundOutOfRange(let bound):
            "the bound \(bound) is no width of a range; it must be finite and above 0"
        case .onlyForReLU(let activation):
            "a composite approximates relu, and the layer's activation is \(activation); take another fitter"
        case .channelCountMismatch(let expected, let found):
            "statistics of \(found) channels cannot join statistics of \(expected); they are from different layers"
        case .invalidSetting(let name, let value, let least):
            "the fit setting \(name) is \(value); it must be at least \(least)"
        case .nonFiniteRows(let what):
            "the \(what) of a layer's sample are not all finite; check the model's weights and its preprocessing"
        case .singularInputs(let features):
            "the normal equations of \(features) inputs are singular even with a ridge as strong as they are; "
                + "calibrate on more images"
        case .notStatistics:
            "these bytes are not layer statistics; capture the layer again"
        case .unsupportedStatisticsVersion(let version, let supported):
            "the layer statistics are of format \(version) and this program reads format \(supported); "
                + "update it or capture the layer again"
        case .truncatedStatistics(let expected, let found):
            "the layer statistics end after \(found) of \(expected) bytes; capture the layer again"
        case .damagedStatistics(let reason):
            "the layer statistics are damaged (\(reason)); capture the layer again"
        }
    }
}

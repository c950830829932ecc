internal import Approx
internal import Store

/// An approximation as JSON, coefficients included, and as a row.
struct ApproximationReport: Encodable {
    let layer: Int
    let name: String
    let activation: String
    let degree: Int
    let fitter: String
    let granularity: String
    let levels: Int
    let rmse: Double
    let maximumError: Double
    let inertia: Double?
    let range: [Double]
    let calibrationImages: Int
    let fallbackChannels: [Int]
    let settings: String
    let polynomials: [PolynomialReport]
    /// Of a composite ReLU: what its polynomials' values go through before the product with x.
    let components: [PolynomialReport]?
    let evaluation: EvaluationReport?

    init(_ approximation: EvaluatedApproximation) {
        let fit = approximation.record.fit
        layer = approximation.layer.position
        name = approximation.layer.name
        activation = approximation.layer.activation.name
        degree = fit.degree.value
        fitter = fit.fitter
        granularity = fit.approximation.granularity.rawValue
        levels = fit.levels
        rmse = fit.rootMeanSquareError
        maximumError = fit.maximumError
        inertia = fit.inertia
        range = [fit.range.lowerBound, fit.range.upperBound]
        calibrationImages = fit.calibrationImages
        fallbackChannels = fit.fallbackChannels
        settings = fit.settings
        polynomials = fit.approximation.polynomials.map(PolynomialReport.init)
        components = fit.approximation.gate?.components.map(PolynomialReport.init)
        evaluation = approximation.evaluation.map(EvaluationReport.init)
    }

    static func table(_ reports: [ApproximationReport]) -> Table {
        var table = Table(columns: [
            .number("layer"), .text("name"), .number("degree"), .text("fitter"), .text("per"), .number("levels"),
            .number("rmse"), .number("drop"), .text("validation accuracy with this one replacement"),
            .number("agree %"), .number("outside %"), .number("escaped"),
        ])
        for report in reports {
            let evaluation = report.evaluation
            table.append([
                String(report.layer), report.name, String(report.degree), report.fitter, report.granularity,
                String(report.levels), Figure.compact(report.rmse), evaluation?.dropText ?? "-",
                evaluation?.figure ?? "not evaluated", evaluation?.agreementText ?? "-",
                report.outsideShare.map { Figure.compact(100 * $0) } ?? "-",
                evaluation.map { String($0.escaped) } ?? "-",
            ])
        }
        return table
    }

    /// Share of this layer's values outside the fitted range.
    private var outsideShare: Double? {
        guard let shares = evaluation?.outsideShares, shares.indices.contains(layer) else { return nil }
        return shares[layer]
    }
}

/// A polynomial as JSON: exactly as stored, and as powers of x for those who type it elsewhere.
struct PolynomialReport: Encodable {
    let basis: String
    let domain: [Double]
    let coefficients: [Double]
    /// Nil where a narrow domain makes them too large for a double.
    let powers: [Double]?

    init(_ polynomial: Polynomial) {
        basis = polynomial.basis.rawValue
        domain = [polynomial.domain.lowerBound, polynomial.domain.upperBound]
        coefficients = polynomial.coefficients
        let unscaled = polynomial.unscaledPowers
        powers = unscaled.allSatisfy(\.isFinite) ? unscaled : nil
    }
}

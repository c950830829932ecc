/// A polynomial for one channel or one layer.
struct CurveFit {
    let polynomial: Polynomial
    /// Of a composite ReLU; the same for all ranges.
    var gate: StepGate?
    /// The inertia of the clusters behind it; `nil` for fitters without clusters.
    let inertia: Double?
}

/// A fitter set up over one sample, which then gives a polynomial of any degree.
protocol CurveFitter {
    /// - Throws: ``ApproxError`` when the sample does not determine a polynomial of `degree`.
    func fit(_ degree: Degree) throws(ApproxError) -> CurveFit
}

extension FitterKind {
    /// The fitter over `sample` for some degrees.
    ///
    /// `stream` tells apart the random draws of the samples of one layer.
    func curveFitter(
        over sample: CurveSample, degrees: [Degree], settings: FitSettings, stream: UInt64
    ) -> any CurveFitter {
        switch self {
        case .centroid: CentroidFitter(sample: sample, settings: settings, stream: stream)
        case .leastSquares: LeastSquaresFitter(sample: sample, degrees: degrees)
        case .minimax: MinimaxFitter(sample: sample, settings: settings)
        case .hermite: HermiteFitter(sample: sample, degrees: degrees)
        case .composite: CompositeFitter(sample: sample, settings: settings)
        }
    }
}

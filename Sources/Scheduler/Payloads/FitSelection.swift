package import Approx
package import Store

/// The approximations that a sweep asks for, of which there are as many as fits succeeded.
package struct FitSelection: Codable, Hashable, Sendable {
    /// Ascending.
    package var degrees: [Degree]
    /// In alphabetical order.
    package var fitters: [FitterKind]
    package var settings: FitSettings
    package var calibration: Calibration
    /// alpha of the composites, ascending; nil, which is left out of JSON, where none are asked for.
    package var precisions: [Int]?

    /// The order in which degrees and fitters are given does not matter, nor does naming one twice.
    package init(
        degrees: [Degree], fitters: [FitterKind], settings: FitSettings, calibration: Calibration,
        precisions: [Int] = []
    ) {
        self.degrees = Set(degrees).sorted()
        self.fitters = Set(fitters).sorted { $0.rawValue < $1.rawValue }
        self.settings = settings
        self.calibration = calibration
        self.precisions = precisions.isEmpty ? nil : Set(precisions).sorted()
    }

    /// What each fitter is asked for: composites of all precisions, polynomials of all degrees.
    package var pairs: [(fitter: FitterKind, degree: Degree)] {
        fitters.flatMap { fitter in
            (fitter == .composite ? compositeDegrees : degrees).map { (fitter, $0) }
        }
    }

    /// The same of one fitter and degree alone.
    func limited(to fitter: FitterKind, _ degree: Degree) -> FitSelection {
        let precision = fitter == .composite ? CompositeReLU.precision(ofDegree: degree.value) : nil
        return FitSelection(
            degrees: precision == nil ? [degree] : [], fitters: [fitter], settings: settings, calibration: calibration,
            precisions: precision.map { [$0] } ?? [])
    }

    private var compositeDegrees: [Degree] { (precisions ?? []).compactMap { try? Degree(ofComposite: $0) } }

    /// The same as a query over the approximations of `model`.
    ///
    /// - Throws: ``StoreError/unencodable(_:_:)`` if the settings hold what JSON cannot.
    package func filter(model: ModelID, layer: LayerID? = nil) throws(StoreError) -> ApproximationFilter {
        ApproximationFilter(
            model: model, layer: layer, degrees: Set(degrees + compositeDegrees).map(\.value).sorted(),
            fitters: fitters.map(\.rawValue),
            pairs: pairs.map { .init(fitter: $0.fitter.rawValue, degree: $0.degree.value) },
            settingsHash: try CanonicalJSON.hash(of: settings), calibrationDataset: calibration.dataset,
            calibrationImages: calibration.images
        )
    }
}

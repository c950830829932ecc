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

    /// The order in which degrees and fitters are given does not matter, nor does naming one twice.
    package init(degrees: [Degree], fitters: [FitterKind], settings: FitSettings, calibration: Calibration) {
        self.degrees = Set(degrees).sorted()
        self.fitters = Set(fitters).sorted { $0.rawValue < $1.rawValue }
        self.settings = settings
        self.calibration = calibration
    }

    /// The same as a query over the approximations of `model`.
    ///
    /// - Throws: ``StoreError/unencodable(_:_:)`` if the settings hold what JSON cannot.
    package func filter(model: ModelID, layer: LayerID? = nil) throws(StoreError) -> ApproximationFilter {
        ApproximationFilter(
            model: model, layer: layer, degrees: degrees.map(\.value), fitters: fitters.map(\.rawValue),
            settingsHash: try CanonicalJSON.hash(of: settings), calibrationDataset: calibration.dataset,
            calibrationImages: calibration.images
        )
    }
}

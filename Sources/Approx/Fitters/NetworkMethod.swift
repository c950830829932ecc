/// The methods that turn a whole network into a polynomial one and change its weights with it.
///
/// What a ``FitterKind`` makes for one layer can stand in the original network by itself. What these make cannot: the
/// polynomials of one plan belong to each other and to the plan's weights.
package enum NetworkMethod: String, CaseIterable, Codable, Sendable {
    /// Layer by layer, each by least squares and a few steps from there, without labels.
    case guided
    /// Guided, then trained towards the original network, without labels.
    case distilled
    /// Trained again with labels and normalised quadratics, from the trained network's weights.
    case retrained
    /// The same from random weights.
    case fromScratch = "from-scratch"

    /// Whether it looks at the labels of calibration images. No other method or fitter does.
    package var usesLabels: Bool { self == .retrained || self == .fromScratch }

    /// Whether it is trained step by step, for a number of passes or a time.
    package var isTrained: Bool { self != .guided }

    /// Whether it makes polynomials of this degree.
    package func accepts(_ degree: Degree) -> Bool {
        usesLabels ? degree.value == 2 : GuidedSettings.allowedDegrees.contains(degree.value)
    }
}

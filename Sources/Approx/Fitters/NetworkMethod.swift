/// The methods that turn a whole network into a polynomial one and change its weights with it.
///
/// What a ``FitterKind`` makes for one layer can stand in the original network by itself. What these make cannot: the
/// polynomials of one plan belong to each other and to the plan's weights.
package enum NetworkMethod: String, CaseIterable, Codable, Sendable {
    /// Layer by layer in closed form, without labels.
    case guided
    /// Guided, then trained towards the original network, without labels.
    case distilled
}

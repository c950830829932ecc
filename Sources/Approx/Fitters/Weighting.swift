/// What errors are weighed by where the largest one is to be small.
package enum Weighting: String, CaseIterable, Hashable, Codable, Sendable {
    /// The root of the values' density, see ``DensityWeight``.
    case density
}

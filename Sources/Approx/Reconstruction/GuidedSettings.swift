/// How a network is reconstructed layer by layer.
package struct GuidedSettings: Hashable, Codable, Sendable {
    /// The degrees that layers can be reconstructed with. Beyond them sums of powers no longer tell the powers apart.
    package static let allowedDegrees = 2...8

    /// One per site.
    package var degrees: [Degree]
    package var layers: ReconstructionSettings
    /// Positions sampled per layer, over all images; more where a layer has many inputs.
    package var rows: Int
    package var seed: UInt64

    package init(degrees: [Degree], layers: ReconstructionSettings = .init(), rows: Int = 131_072, seed: UInt64 = 0) {
        self.degrees = degrees
        self.layers = layers
        self.rows = rows
        self.seed = seed
    }
}

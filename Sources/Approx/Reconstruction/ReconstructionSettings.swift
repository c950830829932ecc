/// How layers are reconstructed. The defaults hold for any network; what depends on the data is taken from the data.
package struct ReconstructionSettings: Hashable, Codable, Sendable {
    /// The pull of the refitted weights towards the original ones, relative to each input's power.
    package var ridge: Double
    /// At most so many joint steps per layer; a channel stops where its held-out error stops falling.
    package var steps: Int
    /// The share of weight that values stretched beyond the observed ones get, see ``CurvePopulation``.
    package var tailWeight: Double
    /// By how much they are stretched.
    package var tailReach: Double

    package init(ridge: Double = 1e-3, steps: Int = 30, tailWeight: Double = 0.02, tailReach: Double = 1.5) {
        precondition(ridge > 0 && steps >= 0, "a ridge is positive, steps are counted")
        precondition(tailWeight >= 0 && tailReach >= 1, "a tail has a weight and lies beyond")
        self.ridge = ridge
        self.steps = steps
        self.tailWeight = tailWeight
        self.tailReach = tailReach
    }
}

/// How layers are reconstructed. The defaults hold for any network; what depends on the data is taken from the data.
package struct ReconstructionSettings: Hashable, Codable, Sendable {
    /// The pull of the refitted weights towards the original ones, relative to each input's power.
    package var ridge: Double
    /// At most so many joint steps per layer; a channel stops where its held-out error stops falling.
    package var steps: Int
    /// At most so many steps of the last layer towards the original's probabilities; it ends when their held-out
    /// divergence has not fallen for 20 of them.
    package var headSteps: Int
    /// What holds the final polynomials beyond the observed values.
    package var anchors: CurveAnchors

    package init(ridge: Double = 1e-3, steps: Int = 10, headSteps: Int = 100, anchors: CurveAnchors = .init()) {
        precondition(ridge > 0 && steps >= 0 && headSteps >= 0, "a ridge is positive, steps are counted")
        self.ridge = ridge
        self.steps = steps
        self.headSteps = headSteps
        self.anchors = anchors
    }
}

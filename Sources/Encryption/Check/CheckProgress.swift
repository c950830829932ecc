/// How far a check is.
package struct CheckProgress: Hashable, Sendable {
    package let stage: CheckStage
    /// Images that this stage is done with.
    package let images: Int
    /// Matrices that the images on the way have behind them.
    package let layersOfRound: Int
}

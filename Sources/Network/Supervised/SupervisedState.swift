package import Foundation

/// What a supervised training leaves for the process that goes on with it.
struct SupervisedState: TrainingState {
    static let training = "a supervised training"

    /// Sums over the steps since the last point of the curve.
    struct Sums: Codable {
        var steps = 0
        var loss = 0.0
        var correct = 0
        var images = 0
    }

    var totalSteps: Int
    var stepsPerPoint: Int
    var curve: [TrainingEpoch]
    var sums: Sums
    /// Nil in states of versions that captured nothing.
    var captures: [LateCapture]?
    /// The trainer's checkpoint.
    var trainer: Data
}

/// How far a training is, out of what ``SupervisedTraining/state()`` gave.
package struct SupervisedProgress: Sendable {
    package let curve: [TrainingEpoch]
    /// The share of all steps behind which the curve has another point.
    package let shareOfNextPoint: Double

    /// - Throws: ``TrainingError/damagedCheckpoint(reason:)``
    package init(ofState data: Data) throws(TrainingError) {
        let state = try SupervisedState(decoding: data)
        curve = state.curve
        let next = min((curve.last?.steps ?? 0) + state.stepsPerPoint, state.totalSteps)
        shareOfNextPoint = Double(next) / Double(max(state.totalSteps, 1))
    }
}

internal import Foundation

/// What a distillation leaves for the process that goes on with it.
struct DistillationState: TrainingState {
    static let training = "a distillation"

    var totalSteps: Int
    var augmentation: Augmentation
    var recentLosses: [DistillationLoss.Report]
    /// The trainer's checkpoint.
    var trainer: Data
}

internal import Foundation
internal import Network
internal import Scheduler
internal import Store

/// A training that goes step by step, and that another process can go on with.
protocol ResumableTraining {
    /// Steps that were taken.
    var steps: Int { get }
    var totalSteps: Int { get }
    /// - Parameter checkpoint: Called often; a step in which it throws changes nothing.
    func step(checkpoint: @Sendable () throws -> Void) throws
    /// All that another process needs to go on from here.
    func state() throws -> Data
}

extension Distillation: ResumableTraining {}
extension SupervisedTraining: ResumableTraining {}
extension Retraining: ResumableTraining {}

extension JobContext {
    /// Trains to the end, from where an earlier attempt has come to if there was one, and keeps where this one comes to.
    ///
    /// - Parameter begin: Begins a training, or goes on from a state.
    func finished<Training: ResumableTraining>(_ begin: (_ state: Data?) throws -> Training) throws -> Training {
        let resumed: Training? = try resume { state in
            do {
                return try begin(state)
            } catch TrainingError.damagedCheckpoint, TrainingError.foreignCheckpoint {
                // Of another version: what it has learnt is lost, the job is not.
                return nil
            }
        }
        let training = try resumed ?? begin(nil)
        while training.steps < training.totalSteps {
            try training.step { try check(0) }
            try save(progress: Double(training.steps) / Double(training.totalSteps)) { try training.state() }
        }
        return training
    }
}

extension Workshop {
    /// The images that a network is trained on: the first of a data set's training images, validation left out.
    func trainingImages(_ wish: Calibration) throws -> ImageSet {
        let images = try images(wish.dataset, .calibration)
        guard wish.images <= images.count else {
            throw JobFailure("there are \(images.count) images to train on, not \(wish.images)")
        }
        return images.prefix(wish.images)
    }
}

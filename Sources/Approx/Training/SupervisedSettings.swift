/// How a network is trained from random weights, on labelled images.
package struct SupervisedSettings: Hashable, Codable, Sendable {
    /// How gradients become steps.
    package enum Optimiser: String, Hashable, Codable, CaseIterable, Sendable {
        /// Stochastic gradient descent with a momentum of 0.9, looking ahead (Nesterov).
        case sgd
        /// Adam whose weights decay by themselves, not through the gradient (Loshchilov and Hutter 2019).
        case adamw
        /// Orthogonal steps for weights and AdamW for the rest.
        case muon
    }

    /// What becomes of the learning rate.
    package enum Schedule: String, Hashable, Codable, CaseIterable, Sendable {
        /// Up over the first 30 % of the steps and down to next to nothing.
        case oneCycle = "one-cycle"
        /// Half a cosine from the top down to 0.
        case cosine
        case constant
    }

    /// What happens to the images, anew in each epoch.
    package enum Augmentation: String, Hashable, Codable, CaseIterable, Sendable {
        case none
        /// A part of the image's size, cut out of a black border of an eighth of its side.
        case crop
        /// Half of the images, left to right.
        case flip
        case cropAndFlip = "crop-flip"
    }

    package var budget: TrainingBudget
    /// Images in a step.
    package var batch: Int
    package var optimiser: Optimiser
    package var schedule: Schedule
    /// At the top of the schedule.
    package var learningRate: Double
    /// Of the weights of convolutions and linear layers; biases and normalisations do not decay.
    package var weightDecay: Double
    package var augmentation: Augmentation
    /// Of the weights at the start, the order of the images and their augmentation.
    package var seed: UInt64

    package init(
        budget: TrainingBudget, batch: Int, optimiser: Optimiser, schedule: Schedule = .oneCycle, learningRate: Double,
        weightDecay: Double, augmentation: Augmentation, seed: UInt64 = 0
    ) {
        self.budget = budget
        self.batch = batch
        self.optimiser = optimiser
        self.schedule = schedule
        self.learningRate = learningRate
        self.weightDecay = weightDecay
        self.augmentation = augmentation
        self.seed = seed
    }
}

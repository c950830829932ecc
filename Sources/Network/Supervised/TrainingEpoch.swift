/// A point of a training's curve: the network behind one or more passes over the images, or behind the last steps.
package struct TrainingEpoch: Hashable, Codable, Sendable {
    /// Steps since the start.
    package var steps: Int
    /// Of the last of them.
    package var learningRate: Double
    /// Mean cross-entropy in nats, over the steps since the point before.
    package var loss: Double
    /// Of the images of these steps, augmented, each seen by the network that had not learnt from it yet.
    package var trainingCorrect: Int
    package var trainingImages: Int
    /// Of the validation images, by the network with its normalisations folded.
    package var validationCorrect: Int
    package var validationImages: Int
}

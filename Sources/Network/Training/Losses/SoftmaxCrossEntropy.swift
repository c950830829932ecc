internal import Approx
internal import Foundation

/// -log softmax(logits)[label], averaged over the batch.
package struct SoftmaxCrossEntropy: Hashable, Sendable {
    package var weight: Double

    package init(weight: Double = 1) {
        self.weight = weight
    }

    /// Adds the gradient to the pass.
    ///
    /// - Returns: The micro-batch's part of the batch's loss.
    /// - Throws: ``TrainingError/label(_:classes:)``
    package func add(to pass: TrainingPass) throws(TrainingError) -> Double {
        let logits = pass.forward.logits, gradient = pass.logitGradient
        let classes = logits.count / max(pass.forward.images, 1)
        let factor = weight / Double(pass.batchSize)
        var sum = 0.0
        for image in 0..<pass.forward.images {
            let own = UnsafeBufferPointer(rebasing: logits[image * classes..<(image + 1) * classes])
            let normaliser = LogSoftmax(own, temperature: 1)
            let label = Int(pass.labels[image])
            guard (0..<classes).contains(label) else { throw .label(label, classes: classes) }
            for index in 0..<classes {
                let target = index == label ? 1.0 : 0
                gradient[image * classes + index] += Float(factor * (exp(normaliser[index]) - target))
            }
            sum -= normaliser[label]
        }
        return factor * sum
    }
}

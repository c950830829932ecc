internal import Approx
internal import Foundation

/// How far the student's classes are from the teacher's: T^2 KL(softmax(teacher / T) || softmax(student / T)), averaged
/// over the batch (Hinton, Vinyals and Dean 2015).
package struct DistillationDivergence: Hashable, Sendable {
    package var temperature: Double
    package var weight: Double

    /// - Parameter temperature: Positive.
    package init(temperature: Double = 4, weight: Double = 1) {
        precondition(temperature > 0, "temperature \(temperature) is not positive")
        self.temperature = temperature
        self.weight = weight
    }

    /// Adds the gradient to the pass.
    ///
    /// - Parameter teacher: As many logits as the pass has.
    /// - Returns: The micro-batch's part of the batch's loss.
    package func add(to pass: TrainingPass, teacher: UnsafeBufferPointer<Float>) -> Double {
        let logits = pass.forward.logits, gradient = pass.logitGradient
        precondition(teacher.count == logits.count, "\(teacher.count) logits of the teacher for \(logits.count)")
        let classes = logits.count / max(pass.forward.images, 1)
        let factor = weight / Double(pass.batchSize)
        var sum = 0.0
        for image in 0..<pass.forward.images {
            let part = image * classes..<(image + 1) * classes
            let own = LogSoftmax(UnsafeBufferPointer(rebasing: logits[part]), temperature: temperature)
            let other = LogSoftmax(UnsafeBufferPointer(rebasing: teacher[part]), temperature: temperature)
            for index in 0..<classes {
                let target = exp(other[index])
                gradient[part.lowerBound + index] += Float(factor * temperature * (exp(own[index]) - target))
                sum += target * (other[index] - own[index])
            }
        }
        return factor * temperature * temperature * sum
    }
}

internal import CDNNL

/// The mean squared difference of the student's logits from the teacher's.
package struct LogitDifference: Hashable, Sendable {
    package var weight: Double

    package init(weight: Double = 1) {
        self.weight = weight
    }

    /// Adds the gradient to the pass.
    ///
    /// - Parameter teacher: As many logits as the pass has.
    /// - Returns: The micro-batch's part of the batch's loss.
    package func add(to pass: TrainingPass, teacher: UnsafeBufferPointer<Float>) -> Double {
        let logits = pass.forward.logits
        precondition(teacher.count == logits.count, "\(teacher.count) logits of the teacher for \(logits.count)")
        let classes = logits.count / max(pass.forward.images, 1)
        let factor = weight / Double(pass.batchSize * max(classes, 1))
        let sum = cdnnl_squared_difference(
            logits.baseAddress, teacher.baseAddress, Float(2 * factor), pass.logitGradient.baseAddress, logits.count)
        return factor * sum
    }
}

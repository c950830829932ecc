/// What a step of a distillation makes smaller.
package struct DistillationLoss: Sendable {
    /// The parts of the loss.
    package struct Report: Hashable, Codable, Sendable {
        package var divergence = 0.0
        package var penalty = 0.0
        /// Of polynomials that leave the function at their anchors.
        package var anchors = 0.0

        static func += (left: inout Report, right: Report) {
            left.divergence += right.divergence
            left.penalty += right.penalty
            left.anchors += right.anchors
        }

        static func / (left: Report, right: Double) -> Report {
            Report(divergence: left.divergence / right, penalty: left.penalty / right, anchors: left.anchors / right)
        }
    }

    let teacher: ForwardEngine
    let divergence: DistillationDivergence
    let penalty: RangePenalty

    func add(to pass: TrainingPass) throws -> Report {
        try teacher.withPass(over: pass.forward.input, images: pass.forward.images) { teacher in
            Report(divergence: divergence.add(to: pass, teacher: teacher.logits), penalty: try penalty.add(to: pass))
        }
    }
}

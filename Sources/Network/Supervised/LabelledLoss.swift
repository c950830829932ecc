/// Cross-entropy, and how many images the network sees as they are labelled.
struct LabelledLoss {
    struct Report: Sendable {
        var loss: Double
        var correct: Int
    }

    func add(to pass: TrainingPass) throws -> Report {
        let logits = pass.forward.logits, classes = logits.count / max(pass.forward.images, 1)
        let correct = pass.labels.enumerated().count { image, label in
            let own = logits[image * classes..<(image + 1) * classes]
            return own.indices.max { own[$0] < own[$1] } == own.startIndex + Int(label)
        }
        return Report(loss: try SoftmaxCrossEntropy().add(to: pass), correct: correct)
    }
}

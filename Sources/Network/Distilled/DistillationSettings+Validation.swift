internal import Approx

extension DistillationSettings {
    /// - Throws: ``TrainingError/invalidSetting(name:value:expected:)``
    func validate() throws(TrainingError) {
        try budget.validate()
        try require("batch", Double(batch), "above 0") { $0 > 0 }
        try require("learning rate", learningRate, "above 0") { $0 > 0 }
        try require("temperature", temperature, "above 0") { $0 > 0 }
        try require("penalty", penalty, "0 or more") { $0 >= 0 }
        try require("anchor penalty", anchorPenalty, "0 or more") { $0 >= 0 }
        try require("share of mixed images", mixup, "in 0...1") { (0...1).contains($0) }
        try require("clipping quantile", clippingQuantile, "in 0...1") { (0...1).contains($0) }
        try require("clamp reach", clampReach, "1 or more") { $0 >= 1 }
    }
}

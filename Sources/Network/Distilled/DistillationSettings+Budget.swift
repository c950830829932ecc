internal import Approx

extension DistillationSettings {
    /// - Throws: ``TrainingError/invalidSetting(name:value:expected:)``
    func validate() throws(TrainingError) {
        switch budget {
        case .epochs(let epochs): try require("epochs", epochs, "above 0") { $0 > 0 }
        case .seconds(let seconds): try require("budget in seconds", seconds, "above 0") { $0 > 0 }
        }
        try require("batch", Double(batch), "above 0") { $0 > 0 }
        try require("learning rate", learningRate, "above 0") { $0 > 0 }
        try require("temperature", temperature, "above 0") { $0 > 0 }
        try require("penalty", penalty, "0 or more") { $0 >= 0 }
        try require("share of mixed images", mixup, "in 0...1") { (0...1).contains($0) }
        try require("clipping quantile", clippingQuantile, "in 0...1") { (0...1).contains($0) }
        try require("clamp reach", clampReach, "1 or more") { $0 >= 1 }
    }

    /// - Parameter pace: Measures the seconds of a step; called where the budget is in seconds.
    func steps(perEpoch: Int, pace: () throws -> Double) throws -> Int {
        let steps =
            switch budget {
            case .epochs(let epochs): epochs * Double(perEpoch)
            case .seconds(let seconds): try seconds / pace()
            }
        // The schedule needs a few, and nobody waits for more than a million.
        return Int(min(max(steps, 4), 1e6))
    }
}

internal import Foundation

/// What the learning rates are multiplied by, step after step.
package struct Schedule: Hashable, Codable, Sendable {
    package enum Shape: Hashable, Codable, Sendable {
        case constant
        /// Half a cosine from 1 down to `final` (Loshchilov and Hutter 2017).
        case cosine(final: Double = 0)
        /// Up from 1 / 25 over the first `rise` of the steps and down to 1 / 250,000, in cosines (Smith and Topin 2019,
        /// with PyTorch's constants).
        case oneCycle(rise: Double = 0.3)
    }

    package var shape: Shape
    /// Of the whole training, warm-up included.
    package var steps: Int
    /// Steps over which the factor grows evenly from nothing, before the shape begins.
    package var warmUp: Int

    package init(_ shape: Shape = .constant, steps: Int = 1, warmUp: Int = 0) {
        self.shape = shape
        self.steps = steps
        self.warmUp = warmUp
    }

    /// - Throws: ``TrainingError/invalidSetting(name:value:expected:)``
    func validate() throws(TrainingError) {
        try require("warm-up", Double(warmUp), "0 or more steps") { $0 >= 0 }
        switch shape {
        case .constant: break
        case .cosine(let final):
            try require("final factor", final, "in 0...1") { (0...1).contains($0) }
            try require("schedule", Double(steps), "longer than its warm-up of \(warmUp) steps") {
                Int($0) > warmUp + 1
            }
        case .oneCycle(let rise):
            try require("rise", rise, "in 0...1") { (0...1).contains($0) }
            try require("schedule", Double(steps), "longer than its warm-up of \(warmUp) steps") {
                Int($0) > warmUp + 1
            }
        }
    }

    /// The factor of a step, counted from 0; after the last one it stays.
    package func factor(at step: Int) -> Double {
        if step < warmUp { return Double(step + 1) / Double(warmUp + 1) }
        let last = Double(max(steps - warmUp - 1, 1))
        let place = min(Double(step - warmUp), last)
        switch shape {
        case .constant: return 1
        case .cosine(let final): return Self.cosine(from: 1, to: final, place / last)
        case .oneCycle(let rise):
            let top = max(rise * (last + 1) - 1, 0)
            if place < top { return Self.cosine(from: 1 / 25.0, to: 1, place / top) }
            return last > top ? Self.cosine(from: 1, to: 1 / 250_000.0, (place - top) / (last - top)) : 1
        }
    }

    private static func cosine(from: Double, to: Double, _ share: Double) -> Double {
        to + (from - to) * (1 + cos(Double.pi * share)) / 2
    }
}

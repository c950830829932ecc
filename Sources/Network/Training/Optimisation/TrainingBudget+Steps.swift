package import Approx

extension TrainingBudget {
    /// - Throws: ``TrainingError/invalidSetting(name:value:expected:)``
    func validate() throws(TrainingError) {
        switch self {
        case .epochs(let epochs): try require("epochs", epochs, "above 0") { $0 > 0 }
        case .seconds(let seconds): try require("budget in seconds", seconds, "above 0") { $0 > 0 }
        }
    }

    /// Whole steps, at least ``leastSteps``.
    ///
    /// - Parameter pace: Measures the seconds of a step; called where the budget is in seconds.
    package func steps(perEpoch: Int, pace: () throws -> Double) throws -> Int {
        let steps =
            switch self {
            case .epochs(let epochs): epochs * Double(perEpoch)
            case .seconds(let seconds): try seconds / pace()
            }
        // A clock that has not moved makes the quotient infinite.
        return max(Int(exactly: steps.rounded()) ?? Int.max, Self.leastSteps)
    }
}

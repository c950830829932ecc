internal import Approx
internal import ArgumentParser

/// How long networks are trained, as `--epochs` and `--budget` say it.
enum TrainingTime {
    /// - Throws: `ValidationError`
    static func validate(epochs: Double?, budget: TimeSpan?) throws {
        if let epochs, !epochs.isFinite || epochs <= 0 || epochs > 100_000 {
            throw ValidationError(
                "--epochs \(Figure.exact(epochs)): choose more than 0, and 100000 at most; 0.5 is half a pass over the images."
            )
        }
        guard epochs == nil || budget == nil else {
            throw ValidationError("--epochs and --budget say the same thing twice; give one of them.")
        }
        if let budget, budget.duration > TrainingBudget.longest {
            throw ValidationError(
                "--budget is \(words(budget.duration)) and may be \(words(TrainingBudget.longest)) at most; choose less, or "
                    + "say with --epochs how long to train.")
        }
    }

    /// - Parameter epochs: Where nothing was given.
    static func budget(epochs: Double?, budget: TimeSpan?, else usual: Double) -> TrainingBudget {
        budget.map { .seconds($0.duration / .seconds(1)) } ?? .epochs(epochs ?? usual)
    }

    private static func words(_ duration: Duration) -> String { Figure.duration(duration / .seconds(1)) }
}
